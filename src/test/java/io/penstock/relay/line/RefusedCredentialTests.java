package io.penstock.relay.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.credential.Credential;
import io.penstock.credential.Outbounds;
import io.penstock.egress.Clients;
import io.penstock.relay.UpstreamDouble;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.test.StepVerifier;

/** An upstream that takes one token only. */
class RefusedCredentialTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Message.Asked CALL = new Message.Asked("7", "tools/call", "{\"name\":\"work\"}");

    private final UpstreamDouble upstream = UpstreamDouble.taking("good");

    @AfterEach
    void close() {
        upstream.close();
    }

    private Flux<Heard> call(Mono<Credential> instead, String... tokens) {
        Permit permit = Permits.own(SampleGateways.at(upstream.url("/mcp"), Transport.STREAMABLEHTTP, "oauth"));
        var client = HttpClient.create(ConnectionProvider.newConnection());
        var line = new Line(
                _ -> new Clients(client, client),
                Outbounds.renewing(permit, instead, tokens).credential(),
                new Limits(LONG, LONG, DataSize.ofMegabytes(1)));
        return line.post(line.uri(), headers -> {}, CALL);
    }

    @Test
    void aTokenThatWasGotInItsPlaceAndIsRefusedTooIsReplacedOnceMore() {
        var last = call(Mono.empty(), "dead", "dead-too", "good").blockLast(LONG);

        assertThat(last).isEqualTo(new Heard.Said(new Message.Result("7", "{}")));
        assertThat(upstream.tokens()).containsExactly("dead", "dead-too", "good");
    }

    @Test
    void anUpstreamThatTakesNoneIsNotAskedForEver() {
        StepVerifier.create(call(Mono.empty(), "a", "b", "c", "d", "good"))
                .expectNextMatches(heard -> heard instanceof Heard.Refused refused && refused.status() == 401)
                .expectComplete()
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
