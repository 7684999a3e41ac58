package io.penstock.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelOption;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.relay.line.Faults;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.test.StepVerifier;

class EgressTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicInteger reached = new AtomicInteger();
    private final DisposableServer server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> {
                reached.incrementAndGet();
                return switch (request.uri()) {
                    case "/away" ->
                        response.status(302).header("location", "/home").send();
                    case "/head" ->
                        response.sendString(Mono.just(request.requestHeaders().toString()));
                    default -> response.sendString(Mono.just("home"));
                };
            })
            .bindNow();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Egress egress = egress(List.of(), attempt -> "127.0.0.1");

    @AfterEach
    void stop() {
        egress.close();
        server.disposeNow();
    }

    @Test
    void aLiteralOfLoopbackIsCheckedToo() {
        for (String host : List.of("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "0.0.0.0", "[::]")) {
            refusesToConnect(egress.client(), "http://" + host + ":" + server.port());
        }
        assertThat(reached).hasValue(0);
        assertThat(meters.counter("penstock.egress.denied").count()).isEqualTo(6);
    }

    @Test
    void aNameThatStandsForLoopbackIsNotConnectedTo() {
        refusesToConnect(egress.client(), "http://mcp.example.com:" + server.port());
        refusesToConnect(egress.clients().streams(), "http://mcp.example.com:" + server.port());
        assertThat(reached).hasValue(0);
    }

    /** DNS rebinding: the name was public when it was registered, and is loopback when it is connected to. */
    @Test
    void aNameThatTurnsToLoopbackLaterIsNotConnectedTo() {
        egress.close();
        egress = egress(List.of(), attempt -> attempt == 0 ? "192.0.2.1" : "127.0.0.1");
        String url = "http://mcp.example.com:" + server.port();
        get(egress.client().option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 50), url)
                .verifyError(ConnectException.class);

        refusesToConnect(egress.client(), url);
        assertThat(reached).hasValue(0);
    }

    @Test
    void anAddressThatTheOperatorNamedIsConnectedTo() {
        egress.close();
        egress = egress(List.of("127.0.0.0/8"), attempt -> "127.0.0.1");

        get(egress.client(), "http://mcp.example.com:" + server.port())
                .expectNext("home")
                .verifyComplete();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aConnectionOnWhichNothingComesIsAskedWhetherItStands() {
        egress.close();
        egress = egress(List.of("127.0.0.0/8"), attempt -> "127.0.0.1");
        var options = new AtomicReference<Map<ChannelOption<?>, Object>>();
        var client = egress.clients()
                .streams()
                .doOnConnected(
                        connection -> options.set(connection.channel().config().getOptions()));

        get(client, "http://mcp.example.com:" + server.port())
                .expectNext("home")
                .verifyComplete();

        assertThat(options.get())
                .containsEntry(ChannelOption.SO_KEEPALIVE, true)
                .anySatisfy((option, value) -> {
                    assertThat(option.name()).endsWith("TCP_KEEPIDLE");
                    assertThat(value).isEqualTo(60);
                });
    }

    @Test
    void aHostOfTheOperatorsOwnSettingIsConnectedToAndNoOther() {
        HttpClient trusting = egress.trusting(URI.create("http://idp.example.com:" + server.port() + "/keys"));

        get(trusting, "http://idp.example.com:" + server.port())
                .expectNext("home")
                .verifyComplete();
        refusesToConnect(trusting, "http://mcp.example.com:" + server.port());
    }

    @Test
    void noRedirectIsFollowed() {
        HttpClient trusting = egress.trusting(URI.create("http://idp.example.com"));

        StepVerifier.create(trusting.get()
                        .uri("http://idp.example.com:" + server.port() + "/away")
                        .response())
                .assertNext(response -> assertThat(response.status().code()).isEqualTo(302))
                .verifyComplete();
        assertThat(reached).hasValue(1);
    }

    @Test
    void theRequestNamesTheUpstreamAndAsksForNoCompression() {
        HttpClient trusting = egress.trusting(URI.create("http://idp.example.com"));

        get(trusting, "http://idp.example.com:" + server.port() + "/head")
                .assertNext(head -> assertThat(head)
                        .contains("user-agent: penstock", "host: idp.example.com:" + server.port())
                        .doesNotContainIgnoringCase("accept-encoding"))
                .verifyComplete();
    }

    @Test
    void aForbiddenHostFailsLikeOneThatRefuses() {
        egress.close();
        egress = egress(List.of("127.0.0.1/32"), attempt -> "127.0.0.1");

        String refused = told("http://127.0.0.1:1");
        assertThat(meters.counter("penstock.egress.denied").count()).isZero();
        var forbidden = HttpServer.create()
                .host("127.0.0.2")
                .port(0)
                .doOnConnection(_ -> reached.incrementAndGet())
                .bindNow();
        try {
            assertThat(told("http://127.0.0.2:" + forbidden.port())).isEqualTo(refused);
        } finally {
            forbidden.disposeNow();
        }
        assertThat(meters.counter("penstock.egress.denied").count()).isEqualTo(1);
        assertThat(reached).hasValue(0);
    }

    /** What users read of a failure there. */
    private String told(String url) {
        var caught = new AtomicReference<Throwable>();
        get(egress.client(), url).expectErrorSatisfies(caught::set).verify(PATIENCE);
        return new Faults(SampleGateways.at(URI.create(url), Transport.AUTO, "none"))
                .of(caught.get(), "tools/call")
                .toString();
    }

    private void refusesToConnect(HttpClient client, String url) {
        get(client, url)
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(ConnectException.class).hasMessage("connection refused"))
                .verify(PATIENCE);
    }

    private static StepVerifier.FirstStep<String> get(HttpClient client, String url) {
        return StepVerifier.create(
                client.get().uri(url).responseContent().aggregate().asString());
    }

    private Egress egress(List<String> ranges, IntFunction<String> resolution) {
        var settings = new EgressSettings(ranges, List.of(), 10, 10, Duration.ofSeconds(5));
        var policy = new Policy(
                ranges.stream().map(AddressRange::parse).toList(), List.of(), List.of(), new OwnAddresses("", ""));
        var attempts = new AtomicInteger();
        return new Egress(
                settings,
                policy,
                new Denials(meters),
                executor -> resolver(executor, () -> resolution.apply(attempts.getAndIncrement())));
    }

    private static AddressResolver<InetSocketAddress> resolver(
            EventExecutor executor, java.util.function.Supplier<String> resolution) {
        return new InetSocketAddressResolver(executor, new InetNameResolver(executor) {
            @Override
            protected void doResolve(String name, Promise<InetAddress> promise) {
                promise.setSuccess(PolicyTests.at(resolution.get()));
            }

            @Override
            protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                promise.setSuccess(List.of(PolicyTests.at(resolution.get())));
            }
        });
    }
}
