package io.penstock.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ClientAuth;
import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.egress.tls.Certificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A whole gateway before an upstream that wants certificates of its own authority, and one of its clients. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsUpstreamIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    @TempDir
    private static Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String root = Tokens.administrator(SIGNING);
    private Certificates server;
    private Certificates mine;
    private Certificates other;
    private @Nullable TlsUpstream upstream;
    private ConfigurableApplicationContext gateway;

    @BeforeAll
    void start() {
        server = Certificates.of("localhost", folder);
        mine = Certificates.of("gateway", folder);
        other = Certificates.rsa("other", folder);
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost",
                "DATA_DIR", "target/tls-upstream-it/" + UUID.randomUUID(),
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_HOSTS", "localhost"));
        gateway = application.run();
    }

    @AfterEach
    void end() {
        if (upstream != null) {
            upstream.close();
        }
    }

    @AfterAll
    void stop() {
        gateway.close();
        client.close();
    }

    private String serving(Certificates own, ClientAuth demanded, Certificates... known) {
        upstream = new TlsUpstream(own, demanded, known);
        return upstream.url();
    }

    private HttpResponse<String> send(String method, String path, String body) {
        var uri = URI.create("http://localhost:" + gateway.getEnvironment().getProperty("local.server.port") + path);
        var request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + root)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .timeout(LONG)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private static ObjectNode body(String url) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("name", "tls-" + UUID.randomUUID())
                .put("url", url)
                .put("auth_type", "none");
    }

    private JsonNode register(ObjectNode body) {
        var made = send("POST", "/gateways", body.toString());
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.body()).doesNotContain("PRIVATE KEY");
        return json(send("POST", "/gateways/" + json(made).path("id").asString() + "/check", ""));
    }

    private ObjectNode identified(String url) {
        return body(url)
                .put("ca_certificate", server.pem())
                .put("client_cert", mine.pem())
                .put("client_key", mine.key());
    }

    private String whoami(JsonNode registered) {
        String id = registered.path("id").asString();
        return send("POST", "/gateways/" + id + "/mcp", """
                {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"whoami","arguments":{}}}""").body();
    }

    @Test
    void anUpstreamThatDemandsACertificateIsShownTheOneOfItsGatewayAlone() {
        String url = serving(server, ClientAuth.OPTIONAL, mine, other);
        var own = register(identified(url));
        var bare = register(body(url).put("ca_certificate", server.pem()));

        assertThat(own.path("healthy").asBoolean()).as(own.toString()).isTrue();
        assertThat(own.path("client_key").asString()).isEqualTo("*****");
        assertThat(own.path("client_cert").asString()).isEqualTo(mine.pem());
        for (int i = 0; i < 5; i++) {
            assertThat(whoami(own)).contains("CN=gateway");
            assertThat(whoami(bare)).contains("nobody");
        }
        var connections = upstream.connections;
        assertThat(connections).isNotEmpty();
        for (String connection : connections) {
            String channel = connection.substring(connection.indexOf(" on "));
            assertThat(connections.stream().filter(one -> one.endsWith(channel)).distinct())
                    .hasSize(1);
        }
    }

    @Test
    void healthSaysWhatIsWrong() {
        String url = serving(server, ClientAuth.REQUIRE, mine);

        var untrusted = register(body(url));
        var unknown = register(body(url).put("ca_certificate", server.pem()));
        var pinned = register(identified(url).set("certificate_pins", pins(other)));
        var right = register(identified(url).set("certificate_pins", pins(server)));

        assertThat(untrusted.path("last_error").asString())
                .contains("not trusted")
                .contains("ca_certificate");
        assertThat(unknown.path("last_error").asString()).contains("client_cert");
        assertThat(pinned.path("last_error").asString()).contains("certificate_pins");
        assertThat(right.path("healthy").asBoolean()).as(right.toString()).isTrue();
    }

    private static tools.jackson.databind.node.ArrayNode pins(Certificates of) {
        return JsonMapper.shared().createArrayNode().add(of.pin());
    }

    @Test
    void anExpiredCertificateAndOneOfAnotherHostAreRefused() {
        var expired = Certificates.expired("localhost", folder);
        var ofExpired =
                register(body(serving(expired, ClientAuth.NONE)).put("ca_certificate", server.pem() + expired.pem()));
        assertThat(ofExpired.path("healthy").asBoolean(true)).isFalse();
        assertThat(ofExpired.path("last_error").asString()).contains("expired");
        end();
        var elsewhere = Certificates.of("elsewhere.example", folder);

        var ofOther = register(body(serving(elsewhere, ClientAuth.NONE)).put("ca_certificate", elsewhere.pem()));

        assertThat(ofOther.path("last_error").asString()).contains("not trusted for this host");
    }

    @Test
    void whatIsNoCertificateOrDoesNotFitIsRefusedBeforeItIsUsed() {
        var wrong = body("https://localhost:1/mcp")
                .put("ca_certificate", "x")
                .put("client_cert", mine.pem())
                .put("client_key", other.key());
        wrong.putArray("certificate_pins").add("sha256/short");

        var refused = send("POST", "/gateways", wrong.toString());

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .contains("must be PEM")
                .contains("is not the key of the first certificate")
                .contains("sha256/ and the Base64")
                .doesNotContain("PRIVATE KEY");
        var old = body("https://localhost:1/mcp")
                .put("client_cert", Certificates.expired("old", folder).pem());
        assertThat(send("POST", "/gateways", old.toString()).body())
                .contains("has expired at")
                .contains("client_key")
                .contains("is missing");
        var plain = body("http://localhost:1/mcp").put("ca_certificate", server.pem());
        assertThat(send("POST", "/gateways", plain.toString()).body())
                .contains("needs a url that begins with https://");
    }

    @Test
    void theKeyIsNeverPointedElsewhereAndAnotherOneIsUsedAtOnce() {
        String url = serving(server, ClientAuth.OPTIONAL, mine, other);
        var registered = register(identified(url));
        String path = "/gateways/" + registered.path("id").asString();

        var moved = send("PATCH", path, "{\"url\":\"https://localhost:1/mcp\"}");
        assertThat(moved.statusCode()).isEqualTo(422);
        assertThat(moved.body()).contains("client_key").contains("must be sent again");

        assertThat(send("PATCH", path, "{\"description\":\"kept\"}").statusCode())
                .isEqualTo(200);
        assertThat(whoami(registered)).contains("CN=gateway");
        var patch = JsonMapper.shared()
                .createObjectNode()
                .put("client_cert", other.pem())
                .put("client_key", other.key());
        assertThat(send("PATCH", path, patch.toString()).statusCode()).isEqualTo(200);
        assertThat(send("POST", path + "/check", "").statusCode()).isEqualTo(200);
        assertThat(whoami(registered)).contains("CN=other");
        assertThat(send("PATCH", path, "{\"client_cert\":null,\"client_key\":null}")
                        .body())
                .doesNotContain("client_key");
        assertThat(send("POST", path + "/check", "").statusCode()).isEqualTo(200);
        assertThat(whoami(registered)).contains("nobody");
    }
}
