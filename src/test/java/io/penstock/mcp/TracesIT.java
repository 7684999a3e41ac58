package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.penstock.Tokens;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.vault.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Spans as a collector of OpenTelemetry receives them: OTLP over HTTP, read by the field numbers of its protocol. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/traces-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + TracesIT.SIGNING,
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8",
            "management.opentelemetry.tracing.export.schedule-delay=100ms"
        })
class TracesIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CLIENT_SPAN = "b7ad6b7169203331";
    private static final String PARENT = "00-" + TRACE + "-" + CLIENT_SPAN + "-01";
    private static final int SERVER_KIND = 2;

    private static final String SECRET = "up-secret";

    private static final List<Span> EXPORTED = new CopyOnWriteArrayList<>();
    private static final List<String> BODIES = new CopyOnWriteArrayList<>();
    private static final DisposableServer COLLECTOR = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(routes -> routes.post(
                    "/v1/traces",
                    (request, response) -> request.receive()
                            .aggregate()
                            .asByteArray()
                            .doOnNext(TracesIT::keep)
                            .then(response.header("content-type", "application/x-protobuf")
                                    .send()
                                    .then())))
            .bindNow();

    @DynamicPropertySource
    static void exportTo(DynamicPropertyRegistry properties) {
        properties.add(
                "management.opentelemetry.tracing.export.otlp.endpoint",
                () -> "http://127.0.0.1:" + COLLECTOR.port() + "/v1/traces");
    }

    /** A span as it was exported; ids in hex. */
    private record Span(
            String trace, String id, String parent, String name, long kind, Map<String, String> attributes) {}

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Catalog catalog;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private UUID gateway;

    @BeforeEach
    void register() {
        EXPORTED.clear();
        BODIES.clear();
        var draft = new Gateways.Draft(
                "up-" + UUID.randomUUID(),
                URI.create("http://127.0.0.1:" + upstream.port() + "/mcp"),
                null,
                Transport.STREAMABLEHTTP,
                new UpstreamAuth.Bearer(new Secret(SECRET)),
                Visibility.PUBLIC,
                null,
                List.of(),
                List.of(),
                null,
                DriftPolicy.WARN,
                false,
                null);
        var created = gateways.create(draft, "owner@example.com").block();
        gateway = created.id();
        Sightings.seen(gateways, created);
        var _ = catalog.refresh().block();
        upstream.script = (request, response) ->
                ScriptedUpstream.json(response, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");
    }

    @AfterEach
    void close() {
        upstream.close();
        client.shutdownNow();
    }

    @AfterAll
    static void stop() {
        COLLECTOR.disposeNow();
    }

    @Test
    void aCallIsAServerSpanBetweenTheClientsAndTheUpstreams() throws Exception {
        String correlation = call("{}", "traceparent", PARENT);

        var span = exported();
        assertThat(span.name()).isEqualTo("tools/call");
        assertThat(span.kind()).isEqualTo(SERVER_KIND);
        assertThat(span.trace()).isEqualTo(TRACE);
        assertThat(span.parent()).isEqualTo(CLIENT_SPAN);
        assertThat(span.attributes()).containsEntry("correlation_id", correlation);
        assertThat(upstream.last().headers().get("traceparent")).isEqualTo("00-" + TRACE + "-" + span.id() + "-01");
    }

    @Test
    void theTraceOfTheMessageItselfGoesOnToo() throws Exception {
        call("{\"traceparent\":\"" + PARENT + "\"}");

        var span = exported();
        assertThat(span.trace()).isEqualTo(TRACE);
        assertThat(span.parent()).isEqualTo(CLIENT_SPAN);
        assertThat(upstream.last().headers().get("traceparent")).isEqualTo("00-" + TRACE + "-" + span.id() + "-01");
    }

    @Test
    void noSecretIsInASpan() throws Exception {
        call("{}", "traceparent", PARENT);

        assertThat(upstream.last().headers().get("authorization")).isEqualTo("Bearer " + SECRET);
        assertThat(exported().trace()).isEqualTo(TRACE);
        assertThat(String.join("\n", BODIES)).contains("tools/call").doesNotContain("Bearer", SECRET, SIGNING, "eyJ");
    }

    /** The correlation id of its answer. */
    private String call(String meta, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/gateways/" + gateway + "/mcp"))
                .header("Authorization", "Bearer " + Tokens.administrator(SIGNING))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                        + "\"params\":{\"name\":\"echo\",\"arguments\":{},\"_meta\":" + meta + "}}"));
        var response = client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.headers().firstValue("x-correlation-id").orElseThrow();
    }

    /** The whole of what was exported too: attributes are not all there is of a span. */
    private static void keep(byte[] body) {
        BODIES.add(new String(body, StandardCharsets.ISO_8859_1));
        spans(body).forEach(EXPORTED::add);
    }

    private static Span exported() {
        return await().atMost(Duration.ofSeconds(10))
                .until(
                        () -> EXPORTED.stream()
                                .filter(span -> span.name().equals("tools/call"))
                                .findFirst(),
                        span -> span.isPresent())
                .orElseThrow();
    }

    /** ExportTraceServiceRequest 1: ResourceSpans 2: ScopeSpans 2: Span. */
    private static Stream<Span> spans(byte[] body) {
        return parts(ByteString.copyFrom(body), 1)
                .flatMap(resource -> parts(resource, 2))
                .flatMap(scope -> parts(scope, 2))
                .map(TracesIT::span);
    }

    private static Span span(ByteString bytes) {
        return new Span(
                hex(bytes, 1),
                hex(bytes, 2),
                hex(bytes, 4),
                text(bytes, 5),
                fields(bytes).getField(6).getVarintList().getFirst(),
                parts(bytes, 9)
                        .collect(Collectors.toMap(
                                attribute -> text(attribute, 1),
                                attribute -> parts(attribute, 2)
                                        .map(value -> text(value, 1))
                                        .collect(Collectors.joining()))));
    }

    private static String hex(ByteString bytes, int field) {
        return parts(bytes, field)
                .map(part -> HexFormat.of().formatHex(part.toByteArray()))
                .collect(Collectors.joining());
    }

    private static String text(ByteString bytes, int field) {
        return parts(bytes, field).map(ByteString::toStringUtf8).collect(Collectors.joining());
    }

    private static Stream<ByteString> parts(ByteString bytes, int field) {
        return fields(bytes).getField(field).getLengthDelimitedList().stream();
    }

    private static UnknownFieldSet fields(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
