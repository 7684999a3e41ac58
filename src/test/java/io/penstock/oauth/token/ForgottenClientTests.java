package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.database.Stores;
import io.penstock.credential.AccessTokens.Token;
import io.penstock.egress.Egresses;
import io.penstock.ingress.Ingresses;
import io.penstock.loop.RunningRounds;
import io.penstock.oauth.AuthorizeUrls;
import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.oauth.token.StoredToken.Status;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Replicas whose client the token endpoint does not know any more. */
@ParameterizedClass
@EnumSource(Databases.class)
class ForgottenClientTests {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final String ANN = "ann@example.com";
    private static final Client BEFORE =
            new Client("before", new Secret("s"), null, OAuthConfig.ClientAuth.CLIENT_SECRET_BASIC);

    private final RotatingProvider provider = new RotatingProvider();
    private final RunningRounds rounds = new RunningRounds();
    private final Vault vault = Vaults.fresh();
    private final AtomicInteger wanted = new AtomicInteger();
    private final Database database;
    private final TokenRows rows;
    private final Gateway gateway;

    ForgottenClientTests(Databases databases) {
        database = databases.fresh();
        rows = rows();
        gateway = Objects.requireNonNull(Stores.on(database, vault)
                .gateways()
                .create(Stores.draft("up"), "owner@example.com")
                .block());
    }

    @AfterEach
    void close() {
        rounds.close();
        provider.close();
        database.close();
    }

    private TokenRows rows() {
        return new TokenRows(database.client(), database.transactions(), database.changes(), new TokenSeals(vault));
    }

    /** One replica's knowledge of the server: the client from before, until another one is asked for. */
    private final class Known implements AuthorizationServers {

        private final Supplier<Mono<Client>> others;
        private volatile Client client = BEFORE;

        Known(Supplier<Mono<Client>> others) {
            this.others = others;
        }

        @Override
        public Mono<AuthorizationServer> of(Gateway gateway, OAuthConfig config) {
            return Mono.fromSupplier(() -> server(config, client));
        }

        @Override
        public Mono<AuthorizationServer> anew(Gateway gateway, OAuthConfig config, Client unknown) {
            assertThat(unknown).isEqualTo(client);
            wanted.incrementAndGet();
            return others.get().doOnNext(other -> client = other).map(other -> server(config, other));
        }
    }

    private AuthorizationServer server(OAuthConfig config, Client client) {
        var fixed = AuthorizationServer.fixed(gateway, config);
        return new AuthorizationServer(
                fixed.issuer(),
                fixed.authorize(),
                fixed.token(),
                fixed.revocation(),
                client,
                fixed.namesItself(),
                fixed.scopes(),
                fixed.resource(),
                fixed.takesResource(),
                fixed.audience(),
                fixed.given());
    }

    /** The client that the provider knows. */
    private Mono<Client> good() {
        return Mono.just(new Client(
                RotatingProvider.CLIENT,
                new Secret(RotatingProvider.SECRET),
                null,
                OAuthConfig.ClientAuth.CLIENT_SECRET_BASIC));
    }

    /** A replica of its own: other memory, another owner of leases. */
    private MemoryTokens replica(Supplier<Mono<Client>> others) {
        var servers = new Known(others);
        var endpoint = new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC());
        var rowsOfReplica = rows();
        var renewals = new Renewals(
                rowsOfReplica,
                new Unwritten(rowsOfReplica, rounds),
                endpoint,
                servers,
                new AuthorizeUrls(Ingresses.at("http://localhost:4444")),
                rounds,
                Schedulers.parallel());
        return new MemoryTokens(
                servers,
                renewals,
                endpoint,
                new Uses(database.client()),
                new Standings(database.client()),
                rounds,
                System::nanoTime);
    }

    private Mono<String> token(MemoryTokens replica, Grant grant) {
        var caller = new Caller(ANN, Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);
        return Mono.defer(() -> replica.from(gateway, provider.config(grant)).of(caller))
                .map(Token::headers)
                .map(headers -> headers.get("authorization"));
    }

    private static void refused(Mono<?> work, Class<? extends Reason> reason, String detail) {
        StepVerifier.create(work)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> assertThat(refusal.reason())
                                        .isInstanceOf(reason)
                                        .satisfies(
                                                why -> assertThat(why.detail()).contains(detail))))
                .verify(LONG);
    }

    private StoredToken row(String user) {
        return Objects.requireNonNull(
                rows.find(new TokenKey(gateway.id(), user, "", null)).block(LONG));
    }

    @Test
    void everyCallGoesOnAsTheNewClient() {
        provider.slow = Duration.ofMillis(100);

        var tokens = Flux.range(0, 5)
                .map(_ -> replica(this::good))
                .flatMap(replica -> Flux.range(0, 4).flatMap(_ -> token(replica, Grant.CLIENT_CREDENTIALS)), 5)
                .collectList()
                .block(LONG);

        assertThat(tokens).hasSize(20).containsOnly("Bearer access-1");
        assertThat(provider.given()).hasSize(1);
        assertThat(wanted.get()).isBetween(1, 5);
        assertThat(row("").lastError()).isNull();
    }

    /** What they agreed to was for the client before: its refresh token is worth nothing to another one. */
    @Test
    void usersAreAskedToAgreeAgain() {
        var config = provider.config(Grant.AUTHORIZATION_CODE);
        var key = TokenKey.of(gateway, Grant.AUTHORIZATION_CODE, server(config, BEFORE), ANN);
        var granted = new Granted(new Secret("a"), new Secret(provider.refreshToken()), Duration.ofHours(1), List.of());
        StepVerifier.create(rows.grant(key, granted, List.of(), "https://server.example", null)
                        .then(database.client()
                                .sql("UPDATE oauth_tokens SET expires_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND")
                                .then()))
                .expectComplete()
                .verify(LONG);
        var replica = replica(this::good);

        refused(token(replica, Grant.AUTHORIZATION_CODE), Reason.NeedsAuthorization.class, "");
        refused(token(replica, Grant.AUTHORIZATION_CODE), Reason.NeedsAuthorization.class, "");

        assertThat(row(ANN).status()).isEqualTo(Status.NEEDS_REAUTH);
        assertThat(row(ANN).lastError()).contains("forgot this gateway");
        assertThat(provider.asked).hasValue(1);
        assertThat(wanted).hasValue(1);
    }

    @Test
    void aServerThatKnowsTheNextOneNeitherIsToldAsSuch() {
        var nextOnes = List.of(
                        Mono.just(new Client("next", null, null, OAuthConfig.ClientAuth.NONE)), Mono.<Client>empty())
                .iterator();
        var replica = replica(nextOnes::next);

        refused(token(replica, Grant.CLIENT_CREDENTIALS), Reason.UpstreamFailed.class, "invalid_client");
        refused(token(replica, Grant.CLIENT_CREDENTIALS), Reason.UpstreamFailed.class, "invalid_client");

        assertThat(provider.asked).hasValue(2);
        assertThat(wanted).hasValue(2);
        assertThat(row("").lastError()).contains("invalid_client");
    }

    @Test
    void whyThereIsNoOtherClientIsToldAndNotAskedAgainAtOnce() {
        var replica = replica(() -> Mono.error(new Refusal(new Reason.UpstreamFailed("not registered: 403", null))));

        refused(token(replica, Grant.CLIENT_CREDENTIALS), Reason.UpstreamFailed.class, "403");
        refused(token(replica, Grant.CLIENT_CREDENTIALS), Reason.Unavailable.class, "403");

        assertThat(provider.asked).hasValue(1);
        assertThat(wanted).hasValue(1);
    }
}
