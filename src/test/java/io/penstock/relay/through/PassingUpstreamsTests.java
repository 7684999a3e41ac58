package io.penstock.relay.through;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.access.Route;
import io.penstock.caller.Caller;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.credential.Credential;
import io.penstock.credential.Outbounds;
import io.penstock.egress.Clients;
import io.penstock.egress.plain.PlainHttp;
import io.penstock.relay.Detached;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.bulkhead.SomeBulkheads;
import io.penstock.relay.session.Sealed;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelopes;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.test.StepVerifier;

/** An upstream that takes one token only. */
class PassingUpstreamsTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"work\"}}";
    private static final RelaySettings SETTINGS =
            new RelaySettings(LONG, LONG, DataSize.ofMegabytes(1), Duration.ofHours(1), false, false);

    private final UpstreamDouble upstream = UpstreamDouble.taking("good");
    private final HttpClient client = HttpClient.create(ConnectionProvider.newConnection());
    private final PassingUpstreams upstreams = new PassingUpstreams(
            _ -> new Clients(client, client),
            new PlainHttp(HttpResources.get(), DefaultAddressResolverGroup.INSTANCE, LONG, 10),
            new Sealed().tokens(SETTINGS),
            SETTINGS,
            SomeBulkheads.roomy(),
            new Detached());

    @AfterEach
    void close() {
        upstream.close();
    }

    private Permit permit() {
        var gateway = SampleGateways.at(upstream.url("/mcp"), Transport.STREAMABLEHTTP, "oauth");
        var request = new Request(
                "POST", "/mcp", new DefaultHttpHeaders(), InetSocketAddress.createUnresolved("localhost", 0), "test");
        byte[] body = CALL.getBytes(UTF_8);
        return Permits.of(
                new Caller("ada", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX),
                new Arrival(
                        request,
                        new Arrival.Target.GatewayTarget(gateway.id()),
                        Era.SESSIONS,
                        Envelopes.read(body),
                        null,
                        body),
                new Route.One(gateway, null));
    }

    private Mono<Reply> call(Mono<Credential> instead, String... tokens) {
        return upstreams.forward(Outbounds.renewing(permit(), instead, tokens), null, null);
    }

    @Test
    void aTokenThatWasGotInItsPlaceAndIsRefusedTooIsReplacedOnceMore() {
        StepVerifier.create(call(Mono.empty(), "dead", "dead-too", "good"))
                .expectNextMatches(reply -> reply instanceof Reply.Json json && json.status() == 200)
                .expectComplete()
                .verify(LONG);

        assertThat(upstream.tokens()).containsExactly("dead", "dead-too", "good");
    }

    @Test
    void anUpstreamThatTakesNoneIsNotAskedForEver() {
        StepVerifier.create(call(Mono.empty(), "a", "b", "c", "d", "good"))
                .expectErrorMatches(Reason.UpstreamFailed::refusedCredential)
                .verify(LONG);

        assertThat(upstream.tokens()).containsExactly("a", "b", "c");
    }

    @Test
    void whereTheLastIsRefusedItsUserIsToldToAgreeAgain() {
        var again = new Refusal(new Reason.BadParams("Agree again"));

        StepVerifier.create(call(Mono.error(again), "a", "b", "c"))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(again))
                .verify(LONG);

        assertThat(upstream.tokens()).containsExactly("a", "b", "c");
    }
}
