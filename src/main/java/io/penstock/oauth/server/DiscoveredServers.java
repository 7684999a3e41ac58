package io.penstock.oauth.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.loop.Remembered;
import io.penstock.loop.Rounds;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * What the configuration does not say is read from the issuer's metadata, and the issuer, where it does not say that either, from the
 * upstream's; once an hour. What it says wins.
 */
@Component
final class DiscoveredServers implements AuthorizationServers {

    private static final int KEPT = 10_000;
    private static final Duration UNUSED = Duration.ofHours(24);
    private static final Duration FRESH = Duration.ofHours(1);

    private final Protections protections;
    private final Documents documents;
    private final Pointers pointers;
    private final Clients clients;
    private final LongSupplier nanos;
    private final Rounds rounds;
    private final Changes changes;
    private final Cache<Wanted, Remembered<Found>> found = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(KEPT)
            .expireAfterAccess(UNUSED)
            .build();

    @Autowired
    DiscoveredServers(
            Protections protections,
            Documents documents,
            Pointers pointers,
            Clients clients,
            Rounds rounds,
            Changes changes) {
        this(protections, documents, pointers, clients, System::nanoTime, rounds, changes);
    }

    DiscoveredServers(
            Protections protections,
            Documents documents,
            Pointers pointers,
            Clients clients,
            LongSupplier nanos,
            Rounds rounds,
            Changes changes) {
        this.protections = protections;
        this.documents = documents;
        this.pointers = pointers;
        this.clients = clients;
        this.nanos = nanos;
        this.rounds = rounds;
        this.changes = changes;
    }

    /** By what it is found. */
    private record Wanted(UUID gateway, URI url, OAuthConfig config) {

        /** Whether this gateway becomes a client there by itself. */
        boolean isByItself() {
            return config.clientId() == null;
        }
    }

    /** A server with how long it is one. */
    private record Found(AuthorizationServer server, Duration fresh) {}

    @Override
    public Mono<AuthorizationServer> of(Gateway gateway, OAuthConfig config) {
        return isFixed(config)
                ? Mono.just(AuthorizationServer.fixed(gateway, config))
                : Mono.defer(() -> remembered(gateway, config).get()).map(Found::server);
    }

    @Override
    public Mono<AuthorizationServer> anew(Gateway gateway, OAuthConfig config, Client unknown) {
        return config.clientId() != null
                ? Mono.empty()
                : Mono.defer(() -> rounds.detach("oauth.client", replaced(gateway, config, unknown)));
    }

    private Mono<AuthorizationServer> replaced(Gateway gateway, OAuthConfig config, Client unknown) {
        return discover(gateway, config, (metadata, given) -> clients.instead(unknown, config, metadata, given))
                .onErrorMap(Undiscovered.class, error -> error.refusal(gateway.name()))
                .doOnNext(remembered(gateway, config)::put)
                .flatMap(found -> changes.announce(Topic.OAUTH_CLIENTS).thenReturn(found.server()));
    }

    @Override
    public Mono<Void> compareClients() {
        return Mono.defer(clients::current)
                .doOnNext(current -> found.asMap()
                        .entrySet()
                        .removeIf(known -> known.getKey().isByItself() && isAnother(known.getValue(), current)))
                .then();
    }

    private static boolean isAnother(Remembered<Found> known, Predicate<AuthorizationServer> current) {
        Found last = known.last();
        return last != null && !current.test(last.server());
    }

    private static boolean isFixed(OAuthConfig config) {
        return config.tokenUrl() != null
                && config.clientId() != null
                && (config.authorizationUrl() != null || config.grant() != Grant.AUTHORIZATION_CODE);
    }

    private Remembered<Found> remembered(Gateway gateway, OAuthConfig config) {
        return found.get(
                new Wanted(gateway.id(), gateway.url(), config),
                _ -> new Remembered<>(
                        "oauth.discovery",
                        Mono.defer(() ->
                                        discover(gateway, config, (metadata, given) -> client(config, metadata, given)))
                                .onErrorMap(Undiscovered.class, error -> error.refusal(gateway.name())),
                        Found::fresh,
                        Undiscovered.PAUSE,
                        nanos,
                        rounds));
    }

    /** Tells as whom this gateway asks, once it is known whom. */
    @FunctionalInterface
    private interface Choice {

        Mono<Clients.Known> client(Metadata metadata, List<URI> given);
    }

    private Mono<Found> discover(Gateway gateway, OAuthConfig config, Choice choice) {
        List<URI> given = AuthorizationServer.given(gateway, config);
        return protection(gateway, config)
                .flatMap(protection -> metadata(protection.issuer(), given)
                        .flatMap(metadata -> choice.client(metadata, given)
                                .map(client -> found(config, protection, metadata, client, given))));
    }

    private Mono<Protection> protection(Gateway gateway, OAuthConfig config) {
        URI issuer = config.issuer();
        return issuer == null
                ? protections.of(gateway)
                : Mono.just(new Protection(gateway.url().toString(), issuer.toString(), List.of()));
    }

    private Mono<Metadata> metadata(String issuer, List<URI> given) {
        return documents
                .first(Metadata.places(issuer), given)
                .switchIfEmpty(Mono.error(() -> Undiscovered.wrong(
                        "its authorization server publishes no metadata: set token_url, and authorization_url where users"
                                + " agree, in oauth_config")))
                .handle((answer, sink) -> {
                    try {
                        sink.next(Metadata.read(answer, issuer, pointers));
                    } catch (Undiscovered undiscovered) {
                        sink.error(undiscovered);
                    }
                });
    }

    private Mono<Clients.Known> client(OAuthConfig config, Metadata metadata, List<URI> given) {
        String id = config.clientId();
        if (config.grant() == Grant.AUTHORIZATION_CODE && !metadata.challenges()) {
            return Mono.error(
                    Undiscovered.wrong(
                            "its authorization server does not say that it takes PKCE with S256, without which a code can be stolen"));
        }
        if (first(id == null ? null : config.tokenUrl(), metadata.token()) == null) {
            return Mono.error(Undiscovered.wrong("the metadata of its authorization server hold no token_endpoint"));
        }
        return id == null ? clients.of(config, metadata, given) : Mono.just(new Clients.Known(Client.of(config), null));
    }

    private static Found found(
            OAuthConfig config, Protection protection, Metadata metadata, Clients.Known client, List<URI> given) {
        String resource = config.resource();
        // a client that this gateway became is good at that issuer alone, whatever addresses stand beside it
        boolean own = config.clientId() == null;
        var server = new AuthorizationServer(
                metadata.issuer(),
                first(own ? null : config.authorizationUrl(), metadata.authorize()),
                Objects.requireNonNull(first(own ? null : config.tokenUrl(), metadata.token())),
                first(own ? null : config.revocationUrl(), metadata.revocation()),
                client.client(),
                metadata.namesItself(),
                config.scopes().isEmpty() ? protection.scopes() : config.scopes(),
                resource == null ? protection.resource() : resource,
                AuthorizationServer.takesResource(config),
                config.audience(),
                given);
        Duration left = client.left();
        return new Found(server, left == null || left.compareTo(FRESH) > 0 ? FRESH : left);
    }

    private static @Nullable URI first(@Nullable URI configured, @Nullable URI discovered) {
        return configured == null ? discovered : configured;
    }
}
