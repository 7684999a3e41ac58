package io.penstock.oauth;

import io.penstock.catalog.Gateway;
import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.server.AuthorizationServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Mono;

/** What users agreed to, as a test can look at it. */
public final class MemoryAgreements implements Agreements {

    public final List<Kept> kept = new CopyOnWriteArrayList<>();

    /** A token that was kept. */
    public record Kept(Gateway gateway, AuthorizationServer server, String user, Granted granted) {}

    @Override
    public String authority(Gateway gateway, AuthorizationServer server) {
        return server.issuer() + " " + server.token() + " " + server.client().id();
    }

    @Override
    public Mono<Void> keep(Gateway gateway, AuthorizationServer server, String user, Granted granted) {
        return Mono.fromRunnable(() -> kept.add(new Kept(gateway, server, user, granted)));
    }

    @Override
    public Mono<Boolean> areOf(Gateway gateway, AuthorizationServer server, String user) {
        return Mono.just(true);
    }
}
