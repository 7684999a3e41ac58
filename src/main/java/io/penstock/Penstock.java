package io.penstock;

import java.util.List;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the gateway, or with {@code token} as its first argument prints a token, with {@code audit} verifies an audit trail, and with
 * {@code keyset} makes and changes a keyset file.
 */
@SpringBootApplication
public class Penstock {

    public static void main(String[] arguments) {
        if (arguments.length > 0) {
            List<String> options = List.of(arguments).subList(1, arguments.length);
            switch (arguments[0]) {
                case "token" -> System.exit(new TokenCommand(System.getenv()).run(options, System.out, System.err));
                case "audit" -> System.exit(new AuditCommand(System.getenv()).run(options, System.out, System.err));
                case "keyset" -> System.exit(new KeysetCommand(System.getenv()).run(options, System.out, System.err));
                default -> {} // settings, which Spring reads
            }
        }
        spareTheProcessor();
        SpringApplication.run(Penstock.class, arguments);
    }

    /**
     * As many event loops as processors, where four is the least otherwise, no sampling of buffers for leaks, and buffers of arenas rather
     * than of the adaptive allocator: on one processor that is a third of what a call costs (measured with src/bench). From a jar, what Spring
     * found out about it when it was built. What is set on the command line stays.
     */
    private static void spareTheProcessor() {
        var properties = System.getProperties();
        properties.putIfAbsent(
                "reactor.netty.ioWorkerCount", "" + Runtime.getRuntime().availableProcessors());
        properties.putIfAbsent("io.netty.leakDetection.level", "disabled");
        properties.putIfAbsent("io.netty.allocator.type", "pooled");
        properties.putIfAbsent(AotDetector.AOT_ENABLED, "" + isPackaged());
    }

    private static boolean isPackaged() {
        return "jar".equals(Penstock.class.getResource("Penstock.class").getProtocol());
    }
}
