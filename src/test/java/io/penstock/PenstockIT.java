package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.audit.Trail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** Starts the whole application once, and calls it over raw sockets. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/penstock-it",
            "BASE_URL=https://mcp.example.com",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + PenstockIT.SIGNING,
            "penstock.ingress.body-timeout=500ms"
        })
class PenstockIT {

    static final String SIGNING = "hT4nW8xK1pQ6vZ3mR9bY2cF7dG5jL0sE";

    @Autowired
    private ApplicationContext context;

    @Autowired
    private Trail trail;

    @LocalServerPort
    private int port;

    @Value("${local.management.port}")
    private int management;

    /** A chain that Boot adds by itself would answer before our own checks do (Boot #50778). */
    @Test
    void noSecurityFilterChainStandsInFront() {
        assertThat(context.getBeanNamesForType(SecurityWebFilterChain.class)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Host: 10.1.2.3:4445, 200",
        "Host: [fd00::1]:4445, 200",
        "Host: localhost, 200",
        "Host: mcp.example.com, 200",
        "X-No-Host: y, 200",
        "Host: evil.example, 400",
        "Host: 10.1.2.3.evil.example, 400",
        "Host: localhost.evil.example:4445, 400"
    })
    void theManagementPortIsCalledByAddressOrByAName(String header, int status) throws IOException {
        for (String path : List.of("/actuator/health/liveness", "/actuator/prometheus")) {
            assertThat(answer(management, "GET " + path + " HTTP/1.0\r\n" + header + "\r\n\r\n"))
                    .matches("(?s)HTTP/1.[01] " + status + " .*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/gateways", "/gateways/3f6c1a52-8f0e-4c57-9a37-0b8d0a3c9e11/mcp"})
    void aBodyThatDoesNotComeIsToldSo(String path) throws IOException {
        assertThat(answer(
                        port,
                        "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                + Tokens.administrator(SIGNING)
                                + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"jsonrpc\""))
                .startsWith("HTTP/1.1 408")
                .contains("The body did not come in time");
    }

    /** D10: neither with prior knowledge nor by an upgrade (RFC 9113, 3.3; RFC 7540, 3.2). */
    @Test
    void http2IsNotSpoken() throws IOException {
        String settings = "\0\0\0\4\0\0\0\0\0";
        assertThat(answer(port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings)).startsWith("HTTP/1.1 400");

        String upgrade =
                "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
        String asked = answer(port, "GET /health HTTP/1.1\r\nHost: localhost\r\n" + upgrade + "\r\n");
        assertThat(asked).startsWith("HTTP/1.1 200").doesNotContain("101 ", "h2c");
    }

    @Test
    void whoIsNotIdentifiedHasOneNameInTheAuditTrail() throws IOException {
        var head = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n";
        var id = UUID.randomUUID().toString();
        assertThat(answer(port, "GET /gateways/" + id + head + "\r\n")).startsWith("HTTP/1.1 401");
        assertThat(answer(port, "POST /gateways/" + id + "/mcp" + head + "Content-Length: 2\r\n\r\n{}"))
                .startsWith("HTTP/1.1 401");

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(entriesOf(id)).hasSize(2).allSatisfy(entry -> {
                    assertThat(entry.userEmail()).isEqualTo("unknown");
                    assertThat(entry.source()).isEqualTo("none");
                }));
    }

    private List<Trail.Entry> entriesOf(String id) {
        var query = new Trail.Query(null, null, null, id, null, null, null, null);
        return trail.list(query, 10).map(Trail.Recorded::entry).collectList().block();
    }

    private static String answer(int port, String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
