package io.penstock.relay.dialogue;

import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permits;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.credential.Outbounds;
import io.penstock.egress.Clients;
import io.penstock.relay.Detached;
import io.penstock.relay.Dialogues;
import io.penstock.relay.Dialogues.Greeting;
import io.penstock.relay.leg.Openings;
import io.penstock.relay.line.Limits;
import io.penstock.relay.line.Line;
import java.net.URI;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Dialogues with a credential, as tests need them. */
final class Talks {

    static final Duration LONG = Duration.ofSeconds(20);

    private Talks() {}

    static Dialogues dialogues() {
        return dialogues(Duration.ofSeconds(5), "");
    }

    /** With a credential in the query where one is given, else in the Authorization header. */
    static Dialogues dialogues(Duration patience, String query) {
        var client = HttpClient.create(ConnectionProvider.builder("test")
                .maxConnections(20)
                .maxIdleTime(Duration.ofMillis(50))
                .evictInBackground(Duration.ofMillis(50))
                .build());
        return new HttpDialogues(
                Permits.gate(),
                permit -> {
                    HttpHeaders credential = new DefaultHttpHeaders();
                    URI url = permit.gateway().url();
                    if (query.isEmpty()) {
                        credential.set("Authorization", "Bearer sesame");
                        return Mono.just(Outbounds.of(permit, url, credential));
                    }
                    return Mono.just(Outbounds.of(permit, URI.create(url + "?" + query), credential));
                },
                shown -> new Line(
                        _ -> new Clients(client, client),
                        shown,
                        new Limits(patience, patience, DialogueConfiguration.LARGEST)),
                new Openings(new Detached(), Ticker.systemTicker()),
                new DialogueSettings(patience, Duration.ofSeconds(15)));
    }

    static Gateway gateway(URI url) {
        return gateway(url, Transport.AUTO);
    }

    static Gateway gateway(URI url, Transport transport) {
        return SampleGateways.at(url, transport, "bearer");
    }

    static Greeting greet(Gateway gateway) {
        return dialogues()
                .hold(gateway, dialogue -> Mono.just(dialogue.greeting()))
                .block(LONG);
    }
}
