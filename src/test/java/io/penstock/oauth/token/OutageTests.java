package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
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
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.store.Errands;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A replica, as it is put together, whose database goes away. */
@ParameterizedClass
@EnumSource(Databases.class)
class OutageTests {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final String ANN = "ann@example.com";
    private static final String BOB = "bob@example.com";

    private final Servers servers = new Servers();
    private final RotatingProvider provider = new RotatingProvider();
    private final RunningRounds rounds = new RunningRounds();
    private final Vault vault = Vaults.fresh();
    private final Database database;
    private final FaultyConnections connections;
    private final DatabaseClient faulty;
    private final Gateways gateways;
    private final Gateway gateway;
    private final TokenRows rows;
    private MemoryTokens tokens;

    /** As they are configured. */
    private static final class Servers implements AuthorizationServers {

        private final AtomicInteger compared = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private volatile boolean away;

        @Override
        public Mono<AuthorizationServer> of(Gateway gateway, OAuthConfig config) {
            return Mono.just(AuthorizationServer.fixed(gateway, config));
        }

        @Override
        public Mono<Void> compareClients() {
            return Mono.fromRunnable(() -> {
                if (away) {
                    failed.incrementAndGet();
                    throw new R2dbcTransientResourceException("The database is away");
                }
                compared.incrementAndGet();
            });
        }
    }

    OutageTests(Databases databases) {
        database = databases.fresh();
        connections = new FaultyConnections(database.connections());
        faulty = DatabaseClient.create(connections);
        gateways = Stores.on(database, vault).gateways();
        gateway = Objects.requireNonNull(
                gateways.create(Stores.draft("up"), "owner@example.com").block());
        rows = rows(faulty);
        tokens = replica(rows, new Unwritten(rows, rounds));
    }

    @AfterEach
    void close() {
        rounds.close();
        provider.close();
        database.close();
    }

    private TokenRows rows(DatabaseClient client) {
        return new TokenRows(client, database.transactions(), database.changes(), new TokenSeals(vault));
    }

    private MemoryTokens replica(TokenRows ofReplica, Unwritten unwritten) {
        var endpoint = new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC());
        var renewals = new Renewals(
                ofReplica,
                unwritten,
                endpoint,
                servers,
                new AuthorizeUrls(Ingresses.at("http://localhost:4444")),
                rounds,
                Schedulers.parallel());
        var settings = new OAuthSettings(Duration.ofDays(30), true, Duration.ofHours(24));
        return new TokenConfiguration()
                .accessTokens(
                        servers,
                        renewals,
                        endpoint,
                        new Uses(faulty),
                        new Standings(faulty),
                        database.changes(),
                        rounds,
                        new Foresight(
                                new DueTokens(faulty, new TokenSeals(vault)),
                                renewals,
                                gateways,
                                servers,
                                settings,
                                rounds),
                        new Cleanup(ofReplica, new Errands(faulty), settings, new SimpleMeterRegistry()));
    }

    private OAuthConfig perUser() {
        return provider.config(Grant.AUTHORIZATION_CODE);
    }

    private TokenKey key(String user) {
        return TokenKey.of(gateway, Grant.AUTHORIZATION_CODE, AuthorizationServer.fixed(gateway, perUser()), user);
    }

    private void agreed(String user, String access, String refresh) {
        var granted = new Granted(new Secret(access), new Secret(refresh), Duration.ofHours(1), List.of("a"));
        run(rows.grant(key(user), granted, List.of(), "https://server.example", null));
    }

    private String bearer(MemoryTokens replica, String user) {
        var caller = new Caller(user, Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);
        Token token =
                replica.from(gateway, perUser()).of(caller).blockOptional(LONG).orElseThrow();
        return token.headers().get("authorization");
    }

    private static void run(Mono<Void> work) {
        StepVerifier.create(work).expectComplete().verify(LONG);
    }

    /** What is read while the first look at what is held is under way is read once more. */
    private void isInMemory(String user, String access) {
        await().atMost(LONG).untilAsserted(() -> {
            int before = connections.given.get();
            assertThat(bearer(tokens, user)).isEqualTo("Bearer " + access);
            assertThat(connections.given).hasValue(before);
        });
    }

    private void isRefused(String user) {
        await().atMost(LONG)
                .ignoreExceptions()
                .untilAsserted(() -> StepVerifier.create(
                                Mono.fromCallable(() -> bearer(tokens, user)).subscribeOn(Schedulers.boundedElastic()))
                        .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("/oauth/authorize/")));
    }

    /** What is announced every half a minute too, whether there is a database or not. */
    private void anythingMayHaveChanged() {
        run(database.changes().announce(Topic.ALL));
    }

    @Test
    void callsGoOnWithTheTokensInMemory() {
        agreed(ANN, "anns", "r0");
        isInMemory(ANN, "anns");

        connections.away = true;
        anythingMayHaveChanged();

        await().atMost(LONG).untilAsserted(() -> assertThat(connections.refused).hasPositiveValue());
        assertThat(bearer(tokens, ANN)).isEqualTo("Bearer anns");
    }

    /** They come with a notice each. */
    @Test
    void whatBecomesOfSomebodyElsesTokenLeavesTheOthersInMemory() {
        agreed(ANN, "anns", "r0");
        agreed(BOB, "bobs", "r0");
        isInMemory(ANN, "anns");
        isInMemory(BOB, "bobs");

        agreed(BOB, "bobs next", "r0");
        await().atMost(LONG).untilAsserted(() -> assertThat(bearer(tokens, BOB)).isEqualTo("Bearer bobs next"));
        run(rows.gone(Objects.requireNonNull(rows.find(key(BOB)).block(LONG)), "invalid_grant"));
        isRefused(BOB);
        connections.away = true;

        assertThat(bearer(tokens, ANN)).isEqualTo("Bearer anns");
    }

    /** Its announcement was lost with a connection. */
    @Test
    void aTokenThatWasRevokedMeanwhileIsLetGoOfWhenTheDatabaseIsBack() {
        agreed(ANN, "anns", "r0");
        agreed(BOB, "bobs", "r0");
        isInMemory(ANN, "anns");
        isInMemory(BOB, "bobs");
        connections.away = true;
        anythingMayHaveChanged();
        await().atMost(LONG).untilAsserted(() -> assertThat(connections.refused).hasPositiveValue());

        run(database.client()
                .sql("UPDATE oauth_tokens SET status = 'NEEDS_REAUTH' WHERE user_name = 'ann@example.com'")
                .then());
        connections.away = false;

        isRefused(ANN);
        connections.away = true;
        assertThat(bearer(tokens, BOB)).isEqualTo("Bearer bobs");
    }

    /** One that is not current any more is asked for a token in vain. */
    @Test
    void clientsThatMayHaveBeenReplacedAreComparedAsSoonAsTheDatabaseIsThere() {
        await().atMost(LONG).untilAsserted(() -> assertThat(servers.compared).hasPositiveValue());
        servers.away = true;
        run(database.changes().announce(Topic.OAUTH_CLIENTS));
        await().atMost(LONG).untilAsserted(() -> assertThat(servers.failed).hasPositiveValue());
        int before = servers.compared.get();

        servers.away = false;

        await().atMost(LONG).untilAsserted(() -> assertThat(servers.compared).hasValueGreaterThan(before));
    }

    private void haveEnded() {
        run(database.client()
                .sql("UPDATE oauth_tokens SET expires_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND")
                .then());
    }

    /** Until it was granted, and no longer. */
    private CompletableFuture<String> renewedWhileTheDatabaseGoesAway() {
        provider.slow = Duration.ofMillis(500);
        agreed(ANN, "anns", provider.refreshToken());
        haveEnded();
        var renewed = CompletableFuture.supplyAsync(() -> bearer(tokens, ANN));
        await().atMost(LONG).untilAsserted(() -> assertThat(provider.asked).hasValue(1));
        connections.away = true;
        return renewed;
    }

    private String refreshInTheRow() {
        var row = Objects.requireNonNull(rows(database.client()).find(key(ANN)).block(LONG));
        return Objects.requireNonNull(row.refresh()).reveal();
    }

    @Test
    void aRefreshTokenThatCouldNotBeWrittenIsWrittenWhenTheDatabaseIsBack() {
        var renewed = renewedWhileTheDatabaseGoesAway();

        assertThat(renewed).succeedsWithin(LONG).isEqualTo("Bearer access-1");
        assertThat(refreshInTheRow()).isEqualTo("r0");
        connections.away = false;

        await().atMost(LONG).untilAsserted(() -> assertThat(refreshInTheRow()).isEqualTo("r1"));
        var other = rows(database.client());
        assertThat(bearer(replica(other, new Unwritten(other, rounds)), ANN)).isEqualTo("Bearer access-1");
        assertThat(provider.asked).hasValue(1);
    }

    @Test
    void aRefreshTokenWhoseRowIsDeletedBeforeItCouldBeWrittenIsRevoked() {
        assertThat(renewedWhileTheDatabaseGoesAway()).succeedsWithin(LONG).isEqualTo("Bearer access-1");
        run(database.client().sql("DELETE FROM oauth_tokens").then());

        connections.away = false;

        await().atMost(LONG).untilAsserted(() -> assertThat(provider.revoked()).containsExactly("r1", "access-1"));
    }

    @Test
    void aRefreshTokenThatIsNotWrittenYetIsNotAskedForAgain() {
        var slower = new FaultyConnections(database.connections());
        slower.away = true;
        tokens = replica(rows, new Unwritten(rows(DatabaseClient.create(slower)), rounds));
        var renewed = renewedWhileTheDatabaseGoesAway();
        assertThat(renewed).succeedsWithin(LONG).isEqualTo("Bearer access-1");
        connections.away = false;

        tokens.forget(Set.of());
        assertThat(bearer(tokens, ANN)).isEqualTo("Bearer access-1");
        slower.away = false;

        await().atMost(LONG).untilAsserted(() -> assertThat(refreshInTheRow()).isEqualTo("r1"));
        assertThat(provider.asked).hasValue(1);
    }
}
