package io.penstock.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.util.unit.DataSize;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The listening server against raw sockets, which can say what clients do not. */
class AdmissionIT {

    private static final Duration SHORT = Duration.ofMillis(400);

    private DisposableServer server;

    @BeforeEach
    void listen() {
        var settings = new IngressSettings(
                URI.create("https://mcp.example.com"),
                List.of("gateway.internal"),
                List.of("https://app.example.com"),
                DataSize.ofMegabytes(1),
                SHORT,
                SHORT,
                Duration.ofSeconds(5));
        var properties = new ServerProperties();
        properties.setAddress(InetAddress.getLoopbackAddress());
        server = new Listening(settings, properties)
                .apply(HttpServer.create().host("127.0.0.1").port(0))
                .handle((request, response) -> request.receive()
                        .aggregate()
                        .then(response.sendString(reactor.core.publisher.Mono.just("seen"))
                                .then()))
                .bindNow();
    }

    @AfterEach
    void close() {
        server.disposeNow();
    }

    private String answer(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
        }
    }

    private String get(String path, String headers) throws IOException {
        return answer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:4444",
                "127.0.0.1:1",
                "[::1]:4444",
                "MCP.example.com",
                "gateway.internal:80"
            })
    void takesTheHostsOfThisGateway(String host) throws IOException {
        assertThat(answer("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).isEqualTo("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: localhost.evil.example",
                "Host: evil.example:4444",
                "Host: ",
                "X: y",
                "Host: localhost\r\nHost: localhost",
                "Host: localhost\r\nHost: evil.example"
            })
    void refusesAnyOtherHost(String headers) throws IOException {
        assertThat(answer("GET / HTTP/1.1\r\n" + headers + "\r\n\r\n")).isEqualTo("HTTP/1.1 400");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: xchunked\r\nContent-Length: 3",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 3",
                "Content-Length: 3\r\nContent-Length: 3",
                "Content-Length: +3",
                "Authorization: Bearer a\r\nAuthorization: Bearer b",
                "Mcp-Session-Id: a\r\nmcp-session-id: b",
                "MCP-Protocol-Version: 2025-11-25\r\nMCP-Protocol-Version: 2026-07-28",
                "Mcp-Name: a\r\nMCP-NAME: b",
                "X_Authenticated_User: admin",
                "Mcp_Session_Id: a"
            })
    void refusesHeadersThatTwoServersReadDifferently(String headers) throws IOException {
        assertThat(answer("POST / HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n0\r\n\r\n"))
                .isEqualTo("HTTP/1.1 400");
    }

    @Test
    void refusesTransferEncodingOnHttp10() throws IOException {
        assertThat(answer("POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                .endsWith(" 400");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a//b",
                "/a/../b",
                "/a/./b",
                "/a/..",
                "/a;b=c",
                "/a%2fb",
                "/a%2Fb",
                "/a%5cb",
                "/%2e%2e/a",
                "/a%00",
                "/a%252fb",
                "/a\\b",
                "*",
                "http://localhost/a"
            })
    void refusesPathsThatAreWrittenToBeReadTwice(String path) throws IOException {
        assertThat(get(path, "")).isEqualTo("HTTP/1.1 400");
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example.com, 200",
        "http://localhost, 200",
        "https://localhost, 200",
        "https://evil.example, 403",
        "https://app.example.com.evil.example, 403",
        "http://localhost:6274, 403",
        "null, 403"
    })
    void takesOnlyNamedOriginsAndItsOwn(String origin, String status) throws IOException {
        assertThat(get("/", "Origin: " + origin + "\r\n")).isEqualTo("HTTP/1.1 " + status);
    }

    @Test
    void aRefusedRequestEndsItsConnection() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(5000);
            var smuggled = "GET /a//b HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(smuggled.getBytes(StandardCharsets.ISO_8859_1));

            var all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(all)
                    .startsWith("HTTP/1.1 400")
                    .contains("connection: close")
                    .doesNotContain("seen");
        }
    }

    @Test
    void closesAConnectionThatSendsNothingOrTricklesItsHead() throws Exception {
        try (var silent = new Socket(InetAddress.getLoopbackAddress(), server.port());
                var slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            silent.setSoTimeout(5000);
            slow.setSoTimeout(5000);
            slow.getOutputStream().write("GET / HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.ISO_8859_1));

            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aConnectionInUseIsKeptAndItsNextHeadIsTimedToo() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(5000);
            var request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(request);
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
                        .isEqualTo("HTTP/1.1 200");
                var rest = new StringBuilder();
                while (!rest.toString().endsWith("seen")) {
                    rest.append((char) socket.getInputStream().read());
                }
            }
            socket.getOutputStream().write('G');

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void givesUpOnABodyThatDoesNotCome() throws IOException {
        assertThat(answer("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc"))
                .doesNotContain("200");
    }

    @Test
    void refusesHeadsThatAreTooLong() throws IOException {
        assertThat(get("/" + "a".repeat(10_000), "")).isEqualTo("HTTP/1.1 414");
        assertThat(get("/", "X: " + "a".repeat(40_000) + "\r\n")).isEqualTo("HTTP/1.1 431");
    }
}
