import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts the gateway as it is started in production, lets it work, and stops it: {@code Training CALLS COMMAND...}, where the command has
 * what records the run. Each kind of endpoint is called by clients of each era, in front of upstreams of each era. Fails where an answer is
 * not the right one, so that nothing is recorded of a gateway that does not work. {@code DATABASE_URL} is its database if it is set.
 */
final class Training {

    private static final long PATIENCE_SECONDS = 180;

    private Training() {}

    public static void main(String[] args) throws Exception {
        int calls = Integer.parseInt(args[0]);
        List<String> command = List.of(args).subList(1, args.length);
        Path data = Files.createTempDirectory("training");
        String key = secret();
        int port = freePort();
        int management = freePort();
        try (var upstreams = TrainingUpstreams.start()) {
            Process process = started(command, port, management, data, key);
            try {
                var client = new TrainingClient(port, management, key);
                client.await(process, PATIENCE_SECONDS);
                client.work(upstreams.port(), calls);
            } finally {
                process.destroy();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException("the gateway did not end");
                }
            }
        } finally {
            remove(data);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String secret() {
        byte[] bytes = new byte[48];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** In trusted proxy mode, so that both tokens and a proxy's headers are read. */
    private static Process started(List<String> command, int port, int management, Path data, String key)
            throws IOException {
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment()
                .putAll(Map.of(
                        "PORT", String.valueOf(port),
                        "MANAGEMENT_PORT", String.valueOf(management),
                        "HOST", "127.0.0.1",
                        "MANAGEMENT_HOST", "127.0.0.1",
                        "DATA_DIR", data.toString(),
                        "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8",
                        "DISCOVERY_BUDGET", "30s",
                        "AUTH_ENCRYPTION_SECRET", secret(),
                        "JWT_SECRET_KEY", key));
        builder.environment()
                .putAll(Map.of(
                        "BASE_URL", "http://127.0.0.1:" + port,
                        "MCP_CLIENT_AUTH_ENABLED", "false",
                        "TRUST_PROXY_AUTH", "true"));
        return builder.start();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }
}
