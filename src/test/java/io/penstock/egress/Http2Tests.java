package io.penstock.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.penstock.egress.tls.Certificates;
import io.penstock.egress.tls.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.test.StepVerifier;

/** Upstreams that offer HTTP/2 with TLS, and such as do not. */
class Http2Tests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private static Certificates certificate;

    private final Egress egress = Egresses.toLoopback();
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cancelled = new AtomicInteger();
    private DisposableServer server;

    @BeforeAll
    static void certify() {
        certificate = Certificates.of("localhost", folder);
    }

    @AfterEach
    void stop() {
        egress.close();
        server.disposeNow();
    }

    /** The client of a server that offers that. */
    private HttpClient to(List<String> offered, HttpProtocol... spoken) {
        var tls = context(offered);
        server = HttpServer.create()
                .host("localhost")
                .port(0)
                .protocol(spoken)
                .secure(spec -> spec.sslContext(tls))
                .handle(this::answer)
                .bindNow();
        var identity = new Identity(
                UUID.randomUUID(), UUID.randomUUID(), certificate.pem(), null, null, List.of(certificate.pin()));
        return egress.clients(identity).calls().baseUrl("https://localhost:" + server.port());
    }

    private HttpClient toModern() {
        return to(List.of("h2", "http/1.1"), HttpProtocol.H2, HttpProtocol.HTTP11);
    }

    private static SslContext context(List<String> offered) {
        try {
            return SslContextBuilder.forServer(certificate.privateKey(), certificate.certificate())
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            offered))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        request.withConnection(connection -> {
            var parent = connection.channel().parent();
            // the parent of a stream is its connection, that of a connection what listens
            connections.add(request.protocol().startsWith("HTTP/2") ? parent : connection.channel());
        });
        if (request.uri().equals("/endless")) {
            var events = Flux.interval(Duration.ofMillis(20)).map(n -> "data: " + n + "\n\n");
            return response.sse().sendString(events.doOnCancel(cancelled::incrementAndGet));
        }
        return request.receive()
                .aggregate()
                .asString()
                .flatMap(body -> response.sendString(
                                Mono.delay(Duration.ofMillis(50)).map(_ -> request.protocol() + " heard " + body))
                        .then());
    }

    private static Mono<String> post(HttpClient client, String body) {
        return client.post()
                .uri("/mcp")
                .send(ByteBufFlux.fromString(Mono.just(body)))
                .responseContent()
                .aggregate()
                .asString();
    }

    @Test
    void callsShareAConnectionWhereTheUpstreamOffersIt() {
        var client = toModern();
        StepVerifier.create(post(client, "m"))
                .expectNextCount(1)
                .expectComplete()
                .verify(PATIENCE);

        StepVerifier.create(Flux.range(0, 50).flatMap(n -> post(client, "m" + n), 50))
                .recordWith(ArrayList::new)
                .expectNextCount(50)
                .consumeRecordedWith(answers -> assertThat(answers)
                        .allMatch(answer -> answer.startsWith("HTTP/2.0 heard m"))
                        .doesNotHaveDuplicates())
                .expectComplete()
                .verify(PATIENCE);
        assertThat(connections).hasSize(1);
    }

    @Test
    void aCallThatIsGivenUpEndsItsOwnStreamAlone() {
        var client = toModern();
        StepVerifier.create(post(client, "first"))
                .expectNextCount(1)
                .expectComplete()
                .verify(PATIENCE);

        StepVerifier.create(client.get().uri("/endless").responseContent().asString())
                .expectNextMatches(text -> text.startsWith("data: 0"))
                .thenCancel()
                .verify(PATIENCE);

        await().atMost(PATIENCE).untilAtomic(cancelled, is(1));
        StepVerifier.create(post(client, "next"))
                .expectNext("HTTP/2.0 heard next")
                .expectComplete()
                .verify(PATIENCE);
        assertThat(connections).hasSize(1);
    }

    @Test
    void oneThatClosesItsConnectionIsConnectedToAnew() {
        var client = toModern();
        StepVerifier.create(post(client, "a"))
                .expectNext("HTTP/2.0 heard a")
                .expectComplete()
                .verify(PATIENCE);
        connections.forEach(connection -> connection.close().awaitUninterruptibly());

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(post(client, "b").onErrorComplete().block(PATIENCE))
                                .isEqualTo("HTTP/2.0 heard b"));
    }

    @Test
    void oneThatKnowsTheOldProtocolAloneIsSpokenToInIt() {
        var client = to(List.of("http/1.1"), HttpProtocol.HTTP11);

        StepVerifier.create(post(client, "a"))
                .expectNext("HTTP/1.1 heard a")
                .expectComplete()
                .verify(PATIENCE);
    }
}
