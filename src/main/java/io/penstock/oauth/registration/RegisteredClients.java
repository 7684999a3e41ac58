package io.penstock.oauth.registration;

import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.oauth.server.Clients;
import io.penstock.oauth.server.Metadata;
import io.penstock.oauth.server.Undiscovered;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Where a server takes the address of a document for a client's id, that is this gateway's; else it registers, once over all replicas, where
 * the operator lets it.
 */
@Component
final class RegisteredClients implements Clients {

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
            boolean users = config.grant() == Grant.AUTHORIZATION_CODE;
            String id = users && metadata.clientDocuments() ? document.id(config.redirectUri()) : null;
            if (id != null) {
                return Mono.just(new Known(new Client(id, null, ClientAuth.NONE), null));
            }
            URI url = metadata.registration();
            ClientAuth auth = auth(metadata.clientAuths(), users);
            if (url == null || auth == null || !settings.allows(metadata.issuer())) {
                return Mono.error(advice(metadata, users, auth));
            }
            URI own = config.redirectUri();
            String redirect = own == null ? document.callback() : own.toString();
            return registered(metadata.issuer(), url, given, new Registration(users ? redirect : null, auth));
        });
    }

    private static @Nullable ClientAuth auth(List<String> taken, boolean users) {
        for (ClientAuth auth : List.of(ClientAuth.CLIENT_SECRET_BASIC, ClientAuth.CLIENT_SECRET_POST)) {
            if (taken.contains(auth.text())) {
                return auth;
            }
        }
        return users && taken.contains(ClientAuth.NONE.text()) ? ClientAuth.NONE : null;
    }

    private static Undiscovered advice(Metadata metadata, boolean users, @Nullable ClientAuth auth) {
        var advice =
                new StringBuilder("this gateway is no client of its authorization server: register it there, and set"
                        + " client_id in oauth_config");
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

    private Mono<Known> registered(String issuer, URI url, List<URI> given, Registration registration) {
        String redirect = registration.redirect();
        String key = redirect == null ? "" : redirect;
        return rows.begin(issuer, key)
                .then(Mono.defer(() -> rows.find(issuer, key)))
                .flatMap(row -> row.isGood() ? Mono.just(row) : register(row, url, given, registration))
                .retryWhen(Retry.fixedDelay(GLANCES, GLANCE)
                        .filter(Leased.class::isInstance)
                        .onRetryExhaustedThrow((_, _) -> Undiscovered.failed("nobody could register in time")))
                .map(RegisteredClients::known);
    }

    private Mono<StoredClient> register(StoredClient row, URI url, List<URI> given, Registration registration) {
        return rows.take(row)
                .filter(taken -> taken)
                .flatMap(_ -> endpoint.register(url, given, registration)
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
