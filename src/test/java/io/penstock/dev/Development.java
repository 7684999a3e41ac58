package io.penstock.dev;

import io.penstock.Penstock;
import io.penstock.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/**
 * What {@code mvn spring-boot:run} starts: Penstock with secrets made up for this checkout, a sample MCP server beside it, registered
 * through the REST API, and lines to copy. Settings of the environment win over those that are made up here.
 */
public final class Development {

    private Development() {}

    /** Starts it all and prints what to do next. */
    public static void main(String[] arguments) throws Exception {
        int port = port("PORT", 4444);
        int management = port("MANAGEMENT_PORT", 4445);
        if (isTaken(port, "PORT", 4450) || isTaken(management, "MANAGEMENT_PORT", 4451)) {
            System.exit(1);
        }
        try {
            Started started = start(Path.of("data", "development"), port, management);
            System.out.println(Welcome.text(started.url(), started.gatewayId(), started.token()));
        } catch (RuntimeException | IOException failed) {
            System.err.println("The development start failed: " + failed.getMessage());
            System.exit(1); // threads of what did start would keep the process
        }
    }

    /**
     * A development start that runs.
     *
     * @param url where Penstock is
     * @param token an administrator's
     * @param gatewayId the sample server's, once registered
     */
    record Started(ConfigurableApplicationContext application, String url, String token, String gatewayId)
            implements AutoCloseable {

        @Override
        public void close() {
            application.close();
        }
    }

    /** Starts Penstock and the sample server, which stops with it. */
    static Started start(Path folder, int port, int management) throws IOException, InterruptedException {
        return start(folder, port, management, Map.of());
    }

    /** The same with more settings, by their names in the environment. */
    static Started start(Path folder, int port, int management, Map<String, String> more)
            throws IOException, InterruptedException {
        Secrets secrets = Secrets.keptIn(folder);
        SampleServer sample = SampleServer.start(0, Set.of(secrets.upstream()));
        Map<String, Object> settings = settings(folder, secrets, port, management);
        settings.putAll(more);
        ConfigurableApplicationContext penstock = penstock(settings, sample);
        try {
            String url = "http://localhost:" + penstock.getEnvironment().getProperty("local.server.port");
            String token = Tokens.administrator(secrets.jwt());
            String id = new Registration(url, token).register("sample", sample.url("/mcp"), secrets.upstream());
            return new Started(penstock, url, token, id);
        } catch (RuntimeException | IOException | InterruptedException failed) {
            penstock.close();
            throw failed;
        }
    }

    private static ConfigurableApplicationContext penstock(Map<String, Object> settings, SampleServer sample) {
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(settings);
        application.addListeners((ApplicationListener<ContextClosedEvent>) closed -> {
            if (closed.getApplicationContext().getParent() == null) { // not the management port's, which closes too
                sample.close();
            }
        });
        try {
            return application.run();
        } catch (RuntimeException failed) {
            sample.close();
            throw failed;
        }
    }

    private static Map<String, Object> settings(Path folder, Secrets secrets, int port, int management) {
        var settings = new HashMap<String, Object>();
        settings.put("PORT", port);
        settings.put("MANAGEMENT_PORT", management);
        settings.put("BASE_URL", "http://localhost:" + port);
        settings.put("DATA_DIR", folder.toString());
        settings.put("JWT_SECRET_KEY", secrets.jwt());
        settings.put("AUTH_ENCRYPTION_SECRET", secrets.encryption());
        settings.put("UPSTREAM_ALLOWED_HOSTS", "localhost");
        // naming the loopback closes everything else, so everything else is named as well
        settings.put("UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8,::1/128,0.0.0.0/0,::/0");
        return settings;
    }

    private static int port(String name, int otherwise) {
        String text = System.getenv(name);
        return text == null || text.isBlank() ? otherwise : Integer.parseInt(text);
    }

    private static boolean isTaken(int port, String name, int example) {
        try (var free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort() < 0;
        } catch (IOException taken) {
            System.err.printf(
                    "Port %d is taken. Stop what listens there, or choose another one: %s=%d mvn spring-boot:run%n",
                    port, name, example);
            return true;
        }
    }
}
