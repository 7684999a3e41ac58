package io.penstock.oauth.registration;

import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.oauth.registration.ClientRows.Registrant;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.oauth.server.Clients;
import io.penstock.oauth.server.Metadata;
import io.penstock.oauth.server.Undiscovered;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Where a server takes the address of a document for a client's id, that is this gateway's; else it registers, once over all replicas, where
 * the operator lets it.
 */
@Component
final class RegisteredClients implements Clients {

    private static final Logger LOG = LoggerFactory.getLogger(RegisteredClients.class);
    private static final Duration GLANCE = Duration.ofMillis(200);

    /** Longer than a lease, so that a replica that died with one is outlived. */
    private static final int GLANCES = 150;

    private final ClientDocument document;
    private final RegistrationSettings settings;
    private final RegistrationEndpoint endpoint;
    private final ClientRows rows;

    RegisteredClients(
            ClientDocument document, RegistrationSettings settings, RegistrationEndpoint endpoint, ClientRows rows) {
        this.document = document;
        this.settings = settings;
        this.endpoint = endpoint;
        this.rows = rows;
    }

    /** Somebody else has the lease. */
    private static final class Leased extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Leased() {
            super("Another replica registers", null, false, false);
        }
    }

    @Override
    public Mono<Known> of(OAuthConfig config, Metadata metadata, List<URI> given) {
        return Mono.defer(() -> {
            String id = documentId(config, metadata);
            if (id != null) {
                return Mono.just(new Known(new Client(id, null, null, ClientAuth.NONE), null));
            }
            Place place = place(config, metadata, given);
            return place == null ? Mono.error(advice(config, metadata)) : registered(place);
        });
    }

    @Override
    public Mono<Known> instead(Client unknown, OAuthConfig config, Metadata metadata, List<URI> given) {
        return Mono.defer(() -> {
            Place place = documentId(config, metadata) == null ? place(config, metadata, given) : null;
            return place == null
                    ? Mono.empty()
                    : waiting(Mono.defer(() -> rows.find(place.issuer(), place.key()))
                            .flatMap(row -> replaced(row, unknown, place)));
        });
    }

    @Override
    public Mono<Predicate<AuthorizationServer>> current() {
        return rows.registrants()
                .map(known -> server -> server.client().id().equals(document.id(null))
                        || known.contains(
                                new Registrant(server.issuer(), server.client().id())));
    }

    private @Nullable String documentId(OAuthConfig config, Metadata metadata) {
        return isOfUsers(config) && metadata.clientDocuments() ? document.id(config.redirectUri()) : null;
    }

    private static boolean isOfUsers(OAuthConfig config) {
        return config.grant() == Grant.AUTHORIZATION_CODE;
    }

    /** Where this gateway may register, and as what. */
    private record Place(String issuer, URI url, List<URI> given, Registration registration) {

        /** Of the rows of that issuer. */
        String key() {
            String redirect = registration.redirect();
            return redirect == null ? "" : redirect;
        }
    }

    /** Null where it may not. */
    private @Nullable Place place(OAuthConfig config, Metadata metadata, List<URI> given) {
        URI url = metadata.registration();
        ClientAuth auth = auth(metadata.clientAuths(), isOfUsers(config));
        if (url == null || auth == null || !settings.allows(metadata.issuer())) {
            return null;
        }
        URI own = config.redirectUri();
        String redirect = own == null ? document.callback() : own.toString();
        return new Place(metadata.issuer(), url, given, new Registration(isOfUsers(config) ? redirect : null, auth));
    }

    private static @Nullable ClientAuth auth(List<String> taken, boolean users) {
        for (ClientAuth auth : List.of(ClientAuth.CLIENT_SECRET_BASIC, ClientAuth.CLIENT_SECRET_POST)) {
            if (taken.contains(auth.text())) {
                return auth;
            }
        }
        return users && taken.contains(ClientAuth.NONE.text()) ? ClientAuth.NONE : null;
    }

    private static Undiscovered advice(OAuthConfig config, Metadata metadata) {
        boolean users = isOfUsers(config);
        ClientAuth auth = auth(metadata.clientAuths(), users);
        boolean keys = auth == null && metadata.clientAuths().contains(ClientAuth.PRIVATE_KEY_JWT.text());
        var advice =
                new StringBuilder("this gateway is no client of its authorization server: register it there, and set"
                        + " client_id" + (keys ? " and client_key" : "") + " in oauth_config");
        if (keys) {
            advice.append(", for clients show themselves there by a key (private_key_jwt), and none is made for them");
        }
        if (metadata.registration() != null && auth != null) {
            advice.append("; or let it register itself, by naming the issuer in DCR_ALLOWED_ISSUERS");
        }
        if (users && metadata.clientDocuments()) {
            advice.append(
                            "; or give it an https address (BASE_URL), and no redirect_uri of another: this server takes the"
                                    + " document at ")
                    .append(ClientDocument.PATH);
        }
        return Undiscovered.wrong(advice.toString());
    }

    private Mono<Known> registered(Place place) {
        return waiting(rows.begin(place.issuer(), place.key())
                .then(Mono.defer(() -> rows.find(place.issuer(), place.key())))
                .flatMap(row -> row.isGood() ? Mono.just(row) : register(row, rows.take(row), place)));
    }

    /** Where somebody was faster, what they registered is everybody's. */
    private Mono<StoredClient> replaced(StoredClient row, Client unknown, Place place) {
        if (row.isGood() && !unknown.equals(row.client())) {
            return Mono.just(row);
        }
        if (row.isLeased()) {
            return Mono.error(new Leased());
        }
        if (!row.mayBeReplaced()) {
            return Mono.empty();
        }
        LOG.warn(
                "The authorization server {} does not know this gateway any more, which registers there anew; users have to"
                        + " agree again",
                place.issuer());
        return register(row, rows.takeToReplace(row), place);
    }

    private static Mono<Known> waiting(Mono<StoredClient> client) {
        return client.retryWhen(Retry.fixedDelay(GLANCES, GLANCE)
                        .filter(Leased.class::isInstance)
                        .onRetryExhaustedThrow((_, _) -> Undiscovered.failed("nobody could register in time")))
                .map(RegisteredClients::known);
    }

    private Mono<StoredClient> register(StoredClient row, Mono<Boolean> lease, Place place) {
        return lease.filter(taken -> taken)
                .flatMap(_ -> endpoint.register(place.url(), place.given(), place.registration())
                        .onErrorResume(error -> rows.leave(row).then(Mono.error(error))))
                .flatMap(registered -> rows.store(row, registered))
                // whoever wrote it: what is there now is what everybody uses
                .then(Mono.error(Leased::new));
    }

    private static Known known(StoredClient row) {
        Duration left = row.left();
        return new Known(Objects.requireNonNull(row.client()), left == null ? null : left.minus(StoredClient.MARGIN));
    }
}
