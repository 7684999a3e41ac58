package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.ingress.IngressSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class CrossOriginTests {

    private static final String APP = "https://app.example.com";
    private static final Duration LONG = Duration.ofSeconds(30);

    private final DisposableServer server = HttpServer.create()
            .host("localhost")
            .port(0)
            .handle(new CrossOrigin(new IngressSettings(
                            URI.create("http://localhost"),
                            List.of(),
                            List.of(APP),
                            DataSize.ofMegabytes(1),
                            LONG,
                            LONG,
                            LONG,
                            LONG))
                    .readable((_, response) -> response.status(401).sendString(Mono.just("who?"))))
            .bindNow();

    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        server.disposeNow();
    }

    private HttpResponse<String> send(String method, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/mcp"))
                .method(method, HttpRequest.BodyPublishers.noBody());
        return client.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    @Test
    void aBrowserThatAsksFirstLearnsWhatItMaySend() throws Exception {
        var response = send(
                "OPTIONS",
                "Origin",
                APP,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization,mcp-param-region,x-authenticated-user");

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.headers().firstValue("access-control-allow-origin")).hasValue(APP);
        assertThat(response.headers().firstValue("access-control-allow-methods"))
                .hasValue("GET, POST, DELETE");
        assertThat(response.headers().firstValue("access-control-allow-headers").orElseThrow())
                .contains("authorization", "mcp-session-id", "mcp-protocol-version", "mcp-method", "last-event-id")
                .contains("mcp-param-region")
                .doesNotContain("x-authenticated-user");
        assertThat(response.headers().firstValue("access-control-max-age")).hasValue("600");
        assertThat(response.headers().firstValue("access-control-allow-credentials"))
                .isEmpty();
        assertThat(response.headers().firstValue("vary")).hasValue("Origin");
    }

    @Test
    void whatIsAnsweredIsReadableWhateverItIs() throws Exception {
        var response = send("POST", "Origin", APP);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("access-control-allow-origin")).hasValue(APP);
        assertThat(response.headers()
                        .firstValue("access-control-expose-headers")
                        .orElseThrow())
                .contains("Mcp-Session-Id", "WWW-Authenticate", "MCP-Protocol-Version");
        assertThat(response.headers().firstValue("vary")).hasValue("Origin");
    }

    @Test
    void whatIsNoPreflightIsAnsweredAsEver() throws Exception {
        assertThat(send("OPTIONS", "Origin", APP).statusCode()).isEqualTo(401);
        assertThat(send("OPTIONS", "Access-Control-Request-Method", "POST").statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "https://evil.example.com", "https://app.example.com.evil.com", "null"})
    void othersGetNothing(String origin) throws Exception {
        var response = origin.isEmpty() ? send("POST") : send("POST", "Origin", origin);

        assertThat(response.headers().map().keySet())
                .noneMatch(name -> name.startsWith("access-control") || name.equals("vary"));
    }
}
