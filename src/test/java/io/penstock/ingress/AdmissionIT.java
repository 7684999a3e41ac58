package io.penstock.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.wire.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The listening server against raw sockets, which can say what clients do not. */
class AdmissionIT {

    private static final Duration SHORT = Duration.ofSeconds(1);

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
                Duration.ofMinutes(1),
                Duration.ofSeconds(5));
        var properties = new ServerProperties();
        properties.setAddress(InetAddress.getLoopbackAddress());
        server = new Listening(
                        settings,
                        properties,
                        List.of(),
                        new SlowReaders(settings, new SimpleMeterRegistry()),
                        Calm.PRESSURES,
                        (path, reason, id) -> path.startsWith("/users")
                                ? ("{\"correlation_id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8)
                                : null)
                .apply(HttpServer.create().host("127.0.0.1").port(0))
                .handle((request, response) -> switch (request.uri()) {
                    case "/now" -> response.send();
                    case "/long" ->
                        Mono.delay(SHORT.multipliedBy(2)).then(response.send().then());
                    case "/later" -> Mono.delay(SHORT).then(response.send().then());
                    default ->
                        request.receive()
                                .aggregate()
                                .onErrorMap(Requests::unread)
                                .then(response.sendString(Mono.just("seen")).then())
                                .onErrorResume(
                                        Refusal.class,
                                        slow -> response.status(408)
                                                .sendString(
                                                        Mono.just(slow.reason().detail()))
                                                .then());
                })
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

    /** What the server writes to a request that ends its connection, which comes in these pieces. */
    private String whole(String... pieces) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(4000);
            socket.setTcpNoDelay(true);
            for (String piece : pieces) {
                socket.getOutputStream().write(piece.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                if (pieces.length > 1) {
                    LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
                }
            }
            return all(socket.getInputStream());
        }
    }

    /** Up to the end of the stream, or until nothing more comes for a while. */
    private static String all(InputStream in) throws IOException {
        var all = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                all.write(next);
            }
        } catch (SocketTimeoutException quiet) {
            all.write('~');
        }
        return all.toString(StandardCharsets.ISO_8859_1);
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
    @CsvSource({
        "/health,         10.0.0.7:4444,        200",
        "/ready,          [2001:db8::7]:4444,   200",
        "/health,         evil.example,         400",
        "/ready,          10.0.0.7.example,     400",
        "/health/,        10.0.0.7,             400",
        "/,               10.0.0.7,             400",
        "/gateways/1/mcp, 10.0.0.7,             400"
    })
    void healthIsAskedForByAddressToo(String path, String host, int status) throws IOException {
        assertThat(answer("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .isEqualTo("HTTP/1.1 " + status);
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
        try (var trickle = Executors.newSingleThreadScheduledExecutor();
                var silent = new Socket(InetAddress.getLoopbackAddress(), server.port());
                var slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            silent.setSoTimeout(5000);
            slow.setSoTimeout(5000);
            slow.setTcpNoDelay(true);
            slow.getOutputStream().write("GET / HTTP/1.1\r\nX: ".getBytes(StandardCharsets.ISO_8859_1));
            Future<?> writing = trickle.scheduleAtFixedRate(
                    () -> one(slow), 0, SHORT.dividedBy(8).toNanos(), TimeUnit.NANOSECONDS);

            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(isClosed(slow)).isTrue();
            assertThat(writing).failsWithin(Duration.ofSeconds(5)); // it wrote for as long as anybody was there
        }
    }

    /** Whether the other side ends it; what it had not read yet makes that a reset. */
    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        }
    }

    private static void one(Socket socket) {
        try {
            socket.getOutputStream().write('x');
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
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
    void saysThatABodyDidNotComeInTime() throws IOException {
        assertThat(whole("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc"))
                .startsWith("HTTP/1.1 408")
                .endsWith("without pauses");
    }

    @Test
    void saysThatAHeadIsTooLong() throws IOException {
        assertThat(whole("GET /" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 414")
                .contains("application/json", "The request line is too long: ", "4096 bytes");
        assertThat(whole("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(40_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("application/json", "The headers are too large: ", "8192 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET / HTTP/9.9.9\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
                "GET / HTTP/1.1\nHost: localhost\n\n",
                "GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: y\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: y\r\n\n",
                "GET / HTTP/1.1\rHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rY: b\r\n\r\n"
            })
    void saysWhatARequestIsWhereItIsNone(String request) throws IOException {
        assertThat(whole(request))
                .startsWith("HTTP/1.1 400")
                .contains("application/json", "\"error\":", "RFC 9112")
                .doesNotContain("localhost");
    }

    /** The end of a chunk's line is where one server sees a chunk and another one a request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1\nx\r\n",
                "1;a=b\nx\r\n",
                "1;a=\n\r\nx\r\n",
                "1\rx\r\n",
                "1\r\nx\n",
                "1 ;\n\r\nx\r\n",
                "0x1\r\nx\r\n",
                "-1\r\nx\r\n"
            })
    void refusesChunksThatTwoServersReadDifferently(String chunk) throws IOException {
        assertThat(whole("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk
                        + "0\r\n\r\n" + GET))
                .startsWith("HTTP/1.1 400")
                .doesNotContain("seen");
    }

    @Test
    void aChunkExtensionMeansNothing() throws IOException {
        assertThat(whole("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "1;a=b\r\nx\r\n0;c\r\n\r\n" + GET))
                .containsPattern("(?s)seen.*seen")
                .doesNotContain(" 400 ");
    }

    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n\tb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\n b\r\n\r\n",
                "GET / HTTP/1.1\r\n Host: localhost\r\nHost: localhost\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n \r\n\r\n"
            })
    void refusesAHeaderThatGoesOnInTheNextLine(String request) throws IOException {
        assertThat(whole(request))
                .startsWith("HTTP/1.1 400")
                .contains("write each header on one line")
                .doesNotContain("seen");
        assertThat(whole(request.split("(?<=\n)"))).startsWith("HTTP/1.1 400").doesNotContain("seen");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\na\n\n b\r\n\r\n\t",
                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n8\r\na\n\n b\r\n\t\r\n0\r\n\r\n"
            })
    void aBodyMayHoldAnythingAndWhatFollowsItIsAHeadAgain(String request) throws IOException {
        assertThat(whole(request + GET)).containsPattern("(?s)seen.*seen").doesNotContain(" 400 ");
        assertThat(whole((request + GET).split("(?s)(?<=\\G.{7})")))
                .containsPattern("(?s)seen.*seen")
                .doesNotContain(" 400 ");
        assertThat(whole(request + "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n"))
                .contains("write each header on one line");
    }

    @Test
    void requestsInOnePieceAreAnsweredOneAfterTheOther() throws IOException {
        assertThat(whole(GET + GET + GET)).containsPattern("(?s)seen.*seen.*seen");
    }

    /** The second is queued behind the first, and is answered before its own end has left the queue. */
    @Test
    void aRequestThatWasAnsweredAtOnceBehindAnotherOneDoesNotEndTheReading() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(4000);
            String both = GET.replace("/ ", "/later ") + GET.replace("/ ", "/now ");
            socket.getOutputStream().write(both.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(all(socket.getInputStream())).containsPattern("(?s)200 OK.*200 OK");

            socket.getOutputStream().write(GET.getBytes(StandardCharsets.ISO_8859_1));

            assertThat(all(socket.getInputStream())).contains("seen");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /users?a=b HTTP/1.1\r\nHost: other\r\n\r\n",
                "GET /users HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example.com\r\n\r\n",
                "GET /users/1 HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
                "GET /users HTTP/1.1\r\nHost: localhost\r\nX_User: a\r\n\r\n"
            })
    void whatIsRefusedOnAPathOfRestIsAProblemAndElsewhereAnErrorOfMcp(String request) throws IOException {
        assertThat(whole(request))
                .contains("content-type: application/problem+json")
                .containsPattern("(?s)x-correlation-id: ([0-9a-f]{16})\r\n.*\"correlation_id\":\"\\1\"");
        assertThat(whole(request.replace("/users", "/mcp")))
                .contains("content-type: application/json", "\"jsonrpc\":\"2.0\"");
    }

    @Test
    void aHeadThatIsTooLargeIsAProblemTooWhereItsPathIsKnown() throws IOException {
        assertThat(whole("GET /users HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(40_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("application/problem+json");
    }

    @Test
    void aHeadThatWasNotReadIsNotToldAsTheOneBeforeIt() throws IOException {
        assertThat(whole("GET /users HTTP/1.1\r\nHost: localhost\r\n\r\nGET /mcp HTTP/1.1\r\n Host: localhost\r\n\r\n"))
                .contains("\"jsonrpc\":\"2.0\"")
                .doesNotContain("problem+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: other\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
                "no request\r\n\r\n"
            })
    void whatIsRefusedBehindACallIsAnsweredAfterIt(String refused) throws IOException {
        String later = GET.replace("/ ", "/later ");

        assertThat(whole(later + refused)).matches("(?s)HTTP/1.1 200 .*HTTP/1.1 4.*\"jsonrpc\":\"2.0\".*}");
        assertThat(whole(later + GET + refused)).matches("(?s)HTTP/1.1 200 .*HTTP/1.1 200 .*seen.*HTTP/1.1 4.*}");
        assertThat(whole(later + GET + GET + refused))
                .matches("(?s)HTTP/1.1 200 .*HTTP/1.1 200 .*seen.*HTTP/1.1 200 .*seen.*HTTP/1.1 4.*}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\n\r\n", "GET / HT"})
    void whatComesBehindACallDoesNotEndIt(String behind) throws IOException {
        String call = "POST /long HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}";

        assertThat(whole(call + behind)).startsWith("HTTP/1.1 200").contains("content-length: 0");
    }
}
