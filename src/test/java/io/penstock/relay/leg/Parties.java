package io.penstock.relay.leg;

import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.Permits;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.credential.Outbound;
import io.penstock.credential.Outbounds;
import io.penstock.egress.Clients;
import io.penstock.relay.Detached;
import io.penstock.relay.line.Limits;
import io.penstock.relay.line.Line;
import io.penstock.store.Keepsakes;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import org.reactivestreams.Publisher;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.test.StepVerifier;

/** Legs with a credential, as tests need them. */
final class Parties {

    static final Duration LONG = Duration.ofSeconds(20);

    static final Party PLAIN = new Party("plain", "{}", null, null);

    static final Party ABLE = new Party(
            "able",
            "{\"elicitation\":{\"form\":{},\"url\":{}},\"sampling\":{},\"roots\":{}}",
            "{\"name\":\"able\",\"version\":\"7\"}",
            "debug");

    static final Limits ENOUGH = new Limits(Duration.ofSeconds(30), Duration.ofSeconds(30), DataSize.ofMegabytes(4));

    private Parties() {}

    static Legs legs() {
        return legs(ENOUGH);
    }

    static Legs legs(Limits limits) {
        return legs(limits, new MemoryKeepsakes(), Vaults.fresh(), Ticker.systemTicker());
    }

    /** One replica's legs. */
    static Legs legs(Limits limits, Keepsakes keepsakes, Vault vault, Ticker ticker) {
        return legs(limits, keepsakes, vault, (_, _, _) -> Flux.empty(), ticker);
    }

    /** One replica's legs, of parties who have something to say again. */
    static Legs legs(Limits limits, Keepsakes keepsakes, Vault vault, Prelude prelude, Ticker ticker) {
        var client = HttpClient.create(ConnectionProvider.builder("test")
                .maxConnections(50)
                .maxIdleTime(Duration.ofMillis(50))
                .evictInBackground(Duration.ofMillis(50))
                .build());
        var rounds = new Detached();
        var shared = new SharedSessions(keepsakes, vault, Clock.systemUTC(), Duration.ofHours(1));
        return new KeptLegs(
                credential -> new Line(_ -> new Clients(client, client), credential, limits),
                new SharedOpenings(new Openings(rounds, ticker), shared, prelude, rounds),
                rounds,
                ticker);
    }

    static Gateway gateway(URI url) {
        return SampleGateways.at(url, Transport.AUTO, "bearer");
    }

    static Outbound outbound(Gateway gateway) {
        var credential = new DefaultHttpHeaders().set("Authorization", "Bearer sesame");
        return Outbounds.of(Permits.own(gateway), gateway.url(), credential);
    }

    static Leg open(URI url, Party party) {
        return legs().to(outbound(gateway(url)), party).block(LONG);
    }

    /** Waits until it is done. */
    static void done(Publisher<?> work) {
        StepVerifier.create(work).thenConsumeWhile(_ -> true).expectComplete().verify(LONG);
    }
}
