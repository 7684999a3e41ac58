package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.database.Stores;
import io.penstock.egress.Egresses;
import io.penstock.ingress.Ingresses;
import io.penstock.loop.RunningRounds;
import io.penstock.oauth.AuthorizeUrls;
import io.penstock.oauth.Connections.Connection;
import io.penstock.oauth.Connections.Place;
import io.penstock.oauth.Connections.Query;
import io.penstock.oauth.Connections.Status;
import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.store.Errands;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What operators see and do of tokens, and what is done by itself. */
@ParameterizedClass
@EnumSource(Databases.class)
class ConnectionsTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Query ALL = new Query(null, null, null, null);
    private static final AuthorizationServers FIXED =
            (gateway, config) -> Mono.just(AuthorizationServer.fixed(gateway, config));
    private static final String ANN = "ann@example.com";
    private static final String BOB = "bob@example.com";

    private final RotatingProvider provider = new RotatingProvider();
    private final TokenEndpoint endpoint = new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RunningRounds rounds = new RunningRounds();
    private final Vault vault = Vaults.fresh();
    private final Database database;
    private final Gateways gateways;
    private final TokenRows rows;
    private final R2dbcConnections connections;
    private final Gateway gateway;
    private final OAuthConfig config = provider.config(Grant.AUTHORIZATION_CODE);

    ConnectionsTests(Databases databases) {
        database = databases.fresh();
        gateways = Stores.on(database, vault).gateways();
        rows = new TokenRows(database.client(), database.transactions(), database.changes(), new TokenSeals(vault));
        connections = new R2dbcConnections(
                database.client(),
                database.transactions(),
                database.changes(),
                rows,
                gateways,
                FIXED,
                endpoint,
                rounds);
        gateway = Objects.requireNonNull(
                gateways.create(Stores.draft("up", new UpstreamAuth.OAuth(config)), "owner@example.com")
                        .block(LONG));
    }

    @AfterEach
    void close() {
        rounds.close();
        provider.close();
        database.close();
    }

    private void agreed(String user, Duration lifetime, String refresh) {
        agreed(gateway, user, lifetime, refresh, config.revocationUrl());
    }

    private void agreed(Gateway at, String user, Duration lifetime, String refresh, URI revocation) {
        agreed(at, config, user, lifetime, refresh, revocation);
    }

    private void agreed(Gateway at, OAuthConfig with, String user, Duration lifetime, String refresh, URI revocation) {
        var server = AuthorizationServer.fixed(at, with);
        run(rows.grant(
                TokenKey.of(at, with.grant(), server, user),
                new Granted(new Secret("access of " + user), new Secret(refresh), lifetime, null),
                List.of("a"),
                server.origin(),
                revocation));
    }

    private void sql(String statement) {
        run(database.client().sql(statement).then());
    }

    private static void run(Mono<Void> work) {
        StepVerifier.create(work).expectComplete().verify(LONG);
    }

    private List<Connection> list(Query query) {
        return Objects.requireNonNull(
                connections.list(query, 100, null).collectList().block(LONG));
    }

    @Test
    void aListTellsHowEachTokenIsButNotTheToken() {
        agreed(ANN, Duration.ofHours(1), "r");
        agreed(BOB, Duration.ofHours(1), "r");
        agreed("cid@example.com", Duration.ofHours(1), "r");
        agreed("dan@example.com", Duration.ofHours(1), "r");
        sql(
                "UPDATE oauth_tokens SET expires_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND WHERE user_name = 'bob@example.com'");
        sql(
                "UPDATE oauth_tokens SET renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND WHERE user_name = 'cid@example.com'");
        sql("UPDATE oauth_tokens SET status = 'NEEDS_REAUTH' WHERE user_name = 'dan@example.com'");

        assertThat(list(ALL))
                .extracting(Connection::user, Connection::status)
                .containsExactlyInAnyOrder(
                        tuple(ANN, Status.VALID),
                        tuple(BOB, Status.EXPIRED),
                        tuple("cid@example.com", Status.EXPIRING),
                        tuple("dan@example.com", Status.NEEDS_REAUTH));
        assertThat(list(new Query(null, null, null, Status.EXPIRED)))
                .singleElement()
                .satisfies(token -> {
                    assertThat(token.gatewayName()).isEqualTo("up");
                    assertThat(token.scopes()).containsExactly("a");
                    assertThat(token.toString()).doesNotContain("access of");
                });
        assertThat(list(new Query(null, ANN, gateway.id(), null))).hasSize(1);
        assertThat(list(new Query(null, null, UUID.randomUUID(), null))).isEmpty();
    }

    @Test
    void pagesFollowEachOther() {
        IntStream.range(0, 5).forEach(i -> agreed("u" + i, Duration.ofHours(1), "r"));

        var first = Objects.requireNonNull(
                connections.list(ALL, 3, null).collectList().block(LONG));
        var last = first.getLast();
        var second = connections
                .list(ALL, 3, new Place(last.created(), last.id()))
                .map(Connection::user)
                .collectList()
                .block(LONG);

        assertThat(second).hasSize(2);
        assertThat(first).extracting(Connection::user).doesNotContainAnyElementsOf(second);
    }

    @Test
    void whatIsForgottenIsGoneAndRevokedWhereItCameFrom() {
        agreed(ANN, Duration.ofHours(1), "r");
        agreed(BOB, Duration.ofHours(1), "r");

        long revoked = revoked(new Query(null, ANN, null, null));

        assertThat(list(ALL)).extracting(Connection::user).containsExactly(BOB);
        assertThat(provider.forms)
                .extracting(form -> form.get("token").getFirst())
                .containsExactly("r", "access of " + ANN);
        assertThat(revoked).isEqualTo(1);
    }

    @Test
    void whatARenewalIsJustWritingIsRevokedToo() {
        agreed(ANN, Duration.ofHours(1), "r0");
        var order = Order.of(gateway, config, AuthorizationServer.fixed(gateway, config), ANN);
        var granted = new Granted(new Secret("access"), new Secret("r1"), Duration.ofHours(1), null);
        var written = new CompletableFuture<Boolean>();
        var commit = new CompletableFuture<Void>();
        var renewal = database.transactions()
                .run(rows.find(order.key())
                        .flatMap(row -> rows.store(row, order, granted))
                        .doOnNext(written::complete)
                        .then(Mono.fromFuture(commit)))
                .toFuture();
        assertThat(written).succeedsWithin(LONG).isEqualTo(true);

        var forgotten = connections
                .forget(ALL)
                .collectList()
                .flatMap(connections::revokeAtProviders)
                .toFuture();
        assertThat(forgotten).isNotDone();
        var _ = Mono.delay(Duration.ofMillis(300)).block();
        commit.complete(null);

        assertThat(renewal).succeedsWithin(LONG);
        assertThat(forgotten).succeedsWithin(LONG);
        assertThat(provider.revoked()).containsExactly("r1", "access");
    }

    private Mono<Void> cutAll() {
        return connections.cut(new Query(null, null, gateway.id(), null));
    }

    @Test
    void theTokensOfAGatewayThatIsDeletedAreRevokedWhereTheyCameFrom() {
        agreed(ANN, Duration.ofHours(1), "r");

        run(gateways.delete(gateway.id(), gateway.version(), cutAll()).then());

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(provider.forms)
                        .extracting(form -> form.get("token").getFirst())
                        .containsExactly("r", "access of " + ANN));
    }

    @Test
    void whatIsNotForgottenAfterAllIsNotRevoked() {
        agreed(ANN, Duration.ofHours(1), "r");
        var undone = cutAll().then(Mono.<Void>error(new IllegalStateException("Rolled back")));

        StepVerifier.create(database.transactions().run(undone))
                .expectErrorMessage("Rolled back")
                .verify(LONG);

        assertThat(revoked(ALL)).isEqualTo(1);
        assertThat(provider.forms).hasSize(2);
    }

    @Test
    void whoHangsUpLeavesNoTokenUnrevoked() {
        agreed(ANN, Duration.ofHours(1), "r");
        provider.slow = Duration.ofMillis(200);
        var gone = connections.forget(ALL).collectList().block(LONG);

        connections.revokeAtProviders(gone).subscribe().dispose();

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(provider.forms)
                        .extracting(form -> form.get("token").getFirst())
                        .containsExactly("r", "access of " + ANN));
    }

    /** Whoever may change a gateway could else have the tokens of all its users, and those from before an upgrade, posted where they like. */
    @Test
    void aTokenIsPostedNowhereThatCameLater() {
        try (var elsewhere = new RotatingProvider()) {
            URI there = elsewhere.config(Grant.AUTHORIZATION_CODE).revocationUrl();
            var moved = gateway("moved", there);
            agreed(moved, ANN, Duration.ofHours(1), "r", config.revocationUrl());
            agreed(moved, BOB, Duration.ofHours(1), "r", null);
            agreed(moved, "cid@example.com", Duration.ofHours(1), "r", there);

            assertThat(revoked(ANN)).isZero();
            assertThat(revoked(BOB)).isZero();
            assertThat(provider.forms).isEmpty();
            assertThat(elsewhere.forms).isEmpty();

            assertThat(revoked("cid@example.com")).isEqualTo(1);
            assertThat(elsewhere.forms)
                    .extracting(form -> form.get("token").getFirst())
                    .containsExactly("r", "access of cid@example.com");
        }
    }

    /** The server that gave a token may have it back. */
    @Test
    void aTokenFromBeforeAnUpgradeIsRevokedAtItsOwnServer() {
        agreed(gateway, ANN, Duration.ofHours(1), "r", null);

        assertThat(revoked(ANN)).isEqualTo(1);
        assertThat(provider.forms).hasSize(2);
    }

    /** Or a renewal would make the address that came later the one that was there. */
    @Test
    void aRenewedTokenIsRevokedWhereTheOneBeforeItWas() {
        try (var elsewhere = new RotatingProvider()) {
            URI there = elsewhere.config(Grant.AUTHORIZATION_CODE).revocationUrl();
            var moved = gateway("moved", there);
            agreed(moved, ANN, Duration.ofHours(1), provider.refreshToken(), config.revocationUrl());
            sql("UPDATE oauth_tokens SET renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND");
            run(foresight().round());
            renewedAhead(ANN);

            assertThat(revoked(ANN)).isZero();
            assertThat(elsewhere.forms).isEmpty();
        }
    }

    private Gateway gateway(String name, URI revocation) {
        var other = new OAuthConfig(
                config.grant(),
                null,
                null,
                config.tokenUrl(),
                config.authorizationUrl(),
                revocation,
                null,
                config.clientId(),
                config.clientSecret(),
                null,
                config.clientAuth(),
                config.scopes(),
                null,
                null,
                null);
        return gateway(name, other);
    }

    private Gateway gateway(String name, OAuthConfig with) {
        return gateway(name, gateway.url(), with);
    }

    private Gateway gateway(String name, URI url, OAuthConfig with) {
        var draft = Stores.draft(name, url, new UpstreamAuth.OAuth(with));
        return Objects.requireNonNull(
                gateways.create(draft, "owner@example.com").block(LONG));
    }

    private long revoked(String user) {
        return revoked(new Query(null, user, null, null));
    }

    private long revoked(Query query) {
        return Objects.requireNonNull(connections
                .forget(query)
                .collectList()
                .flatMap(connections::revokeAtProviders)
                .block(LONG));
    }

    @Test
    void aProviderThatDoesNotRevokeKeepsNobodyFromForgetting() {
        agreed(ANN, Duration.ofHours(1), "r");
        provider.close();

        assertThat(revoked(ALL)).isZero();
        assertThat(list(ALL)).isEmpty();
    }

    @Test
    void oldTokensGoAndYoungerOnesStay() {
        agreed(ANN, Duration.ofHours(1), "r");
        agreed(BOB, Duration.ofHours(1), "r");
        agreed("cid@example.com", Duration.ofHours(1), "r");
        sql("UPDATE oauth_tokens SET created_at = CURRENT_TIMESTAMP - INTERVAL '45' DAY, "
                + "expires_at = CURRENT_TIMESTAMP - INTERVAL '44' DAY WHERE user_name <> 'bob@example.com'");
        sql("UPDATE oauth_tokens SET created_at = CURRENT_TIMESTAMP - INTERVAL '20' DAY, "
                + "expires_at = CURRENT_TIMESTAMP - INTERVAL '19' DAY WHERE user_name = 'bob@example.com'");
        sql(
                "UPDATE oauth_tokens SET last_used_at = CURRENT_TIMESTAMP - INTERVAL '1' DAY WHERE user_name = 'cid@example.com'");

        run(cleanup(30, true).round());

        assertThat(list(ALL)).extracting(Connection::user).containsExactlyInAnyOrder(BOB, "cid@example.com");
        assertThat(meters.get("penstock.oauth.tokens.deleted").counter().count())
                .isEqualTo(1);
    }

    /** Or whoever comes back after months would have to agree again as soon as the first token ends. */
    @Test
    void whoAgreesAgainUsesTheirTokenFromThenOn() {
        agreed(ANN, Duration.ofHours(1), "r");
        sql("UPDATE oauth_tokens SET created_at = CURRENT_TIMESTAMP - INTERVAL '200' DAY, "
                + "last_used_at = CURRENT_TIMESTAMP - INTERVAL '100' DAY");
        agreed(ANN, Duration.ofHours(1), provider.refreshToken());
        sql("UPDATE oauth_tokens SET expires_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND, "
                + "renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND");

        run(cleanup(30, true).round());
        assertThat(list(ALL)).extracting(Connection::user).containsExactly(ANN);
        run(foresight().round());

        renewedAhead(ANN);
    }

    @Test
    void thousandsAreDeletedInBatches() {
        sql("""
                INSERT INTO oauth_tokens (id, gateway_id, user_name, authority, scopes, status, failures, version, created_at)
                SELECT CAST('00000000-0000-4000-8000-' || LPAD(CAST(n AS VARCHAR), 12, '0') AS UUID), '%s', 'u' || n, '', '',
                       'VALID', 0, 1, CURRENT_TIMESTAMP - INTERVAL '45' DAY
                FROM (SELECT a.n * 50 + b.n AS n FROM (%s) a, (%s) b) numbers
                """.formatted(gateway.id(), numbers(), numbers()));
        assertThat(list(ALL)).hasSize(100);

        run(cleanup(30, true).round());

        assertThat(list(ALL)).isEmpty();
        assertThat(meters.get("penstock.oauth.tokens.deleted").counter().count())
                .isEqualTo(2_500);
    }

    private static String numbers() {
        return IntStream.range(0, 50).mapToObj(n -> "SELECT " + n + " AS n").collect(Collectors.joining(" UNION ALL "));
    }

    @Test
    void oneReplicaCleansUpUntilItIsDueAgain() {
        var first = cleanup(30, true);
        var second = cleanup(30, true);
        run(first.round());
        agreed(ANN, Duration.ofHours(1), "r");
        sql("UPDATE oauth_tokens SET created_at = CURRENT_TIMESTAMP - INTERVAL '45' DAY, "
                + "expires_at = CURRENT_TIMESTAMP - INTERVAL '44' DAY");

        run(second.round());
        assertThat(list(ALL)).hasSize(1);

        sql("UPDATE errands SET next_at = CURRENT_TIMESTAMP");
        run(Flux.merge(first.round(), second.round()).then());
        assertThat(list(ALL)).isEmpty();
    }

    @Test
    void nothingIsCleanedUpWhereThatIsOff() {
        agreed(ANN, Duration.ofHours(1), "r");
        sql("UPDATE oauth_tokens SET created_at = CURRENT_TIMESTAMP - INTERVAL '45' DAY, "
                + "expires_at = CURRENT_TIMESTAMP - INTERVAL '44' DAY");

        run(cleanup(30, false).round());

        assertThat(list(ALL)).hasSize(1);
    }

    private Cleanup cleanup(int days, boolean enabled) {
        return new Cleanup(
                rows,
                new Errands(database.client()),
                new OAuthSettings(Duration.ofDays(days), enabled, Duration.ofHours(24)),
                meters);
    }

    @Test
    void tokensAreRenewedAheadThoughNobodyCalls() {
        agreed(ANN, Duration.ofHours(1), provider.refreshToken());
        var foresight = foresight();
        run(foresight.round());
        assertThat(provider.asked).hasValue(0);

        sql("UPDATE oauth_tokens SET renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND");
        run(Flux.merge(foresight.round(), foresight().round(), foresight().round())
                .then());

        renewedAhead(ANN);
        assertThat(provider.asked).hasValue(1);
    }

    private void renewedAhead(String user) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(list(new Query(null, user, null, null)))
                        .singleElement()
                        .satisfies(token -> assertThat(token.status()).isEqualTo(Status.VALID)));
    }

    /** A refresh that the stop cuts off may have cost the token that it was asked with. */
    @Test
    void aReplicaThatStopsBeginsNoRenewal() {
        agreed(ANN, Duration.ofHours(1), provider.refreshToken());
        sql("UPDATE oauth_tokens SET renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND");
        rounds.close();

        run(foresight().round());

        await().during(Duration.ofMillis(300))
                .atMost(LONG)
                .untilAsserted(() -> assertThat(provider.asked).hasValue(0));
    }

    @Test
    void aServerIsAskedForFewTokensAtOnceHoweverManyGatewaysItHas() {
        try (var hanging = new RotatingProvider()) {
            hanging.slow = LONG.multipliedBy(2);
            var elsewhere = hanging.config(Grant.AUTHORIZATION_CODE);
            for (int i = 0; i < 10; i++) {
                var there = gateway("hanging " + i, URI.create("http://upstream" + i + ".example/mcp"), elsewhere);
                agreed(there, elsewhere, ANN, Duration.ofHours(1), "r", null);
            }
            sql("UPDATE oauth_tokens SET renew_at = CURRENT_TIMESTAMP - INTERVAL '1' HOUR");
            var foresight = foresight();

            run(foresight.round());
            await().atMost(LONG).untilAsserted(() -> assertThat(hanging.asked).hasValue(8));
            run(foresight.round());

            await().during(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertThat(hanging.asked).hasValue(8));
        }
    }

    /** Though the gateways of one of them have been due for longer. */
    @Test
    void serversTakeTurns() {
        for (int i = 0; i < 5; i++) {
            agreed("user" + i + "@example.com", Duration.ofHours(1), "r");
        }
        sql("UPDATE oauth_tokens SET authority = user_name, renew_at = CURRENT_TIMESTAMP - INTERVAL '1' HOUR");
        agreed(ANN, Duration.ofHours(1), "r");
        sql(
                "UPDATE oauth_tokens SET token_server = 'http://another', renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND"
                        + " WHERE user_name = 'ann@example.com'");
        String server = AuthorizationServer.fixed(gateway, config).origin();

        assertThat(dueAt(2, Set.of())).containsExactly(server, "http://another");
        assertThat(dueAt(4, Set.of())).containsExactly(server, "http://another", server, server);
        assertThat(dueAt(4, Set.of(server))).containsExactly("http://another");
    }

    private List<String> dueAt(int limit, Set<String> without) {
        return Objects.requireNonNull(new DueTokens(database.client(), new TokenSeals(vault))
                .find(limit, Duration.ofDays(30), without)
                .map(DueTokens.Due::server)
                .collectList()
                .block(LONG));
    }

    @Test
    void whereATokenFromBeforeIsAskedForIsKnownOnceItWas() {
        agreed(ANN, Duration.ofHours(1), provider.refreshToken());
        agreed(BOB, Duration.ofHours(1), provider.refreshToken());
        provider.rotates = false;
        sql("UPDATE oauth_tokens SET token_server = NULL, renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND");
        provider.failing = 1;
        var foresight = foresight();

        await().atMost(LONG).untilAsserted(() -> {
            run(foresight.round());
            assertThat(serversOfTokens())
                    .hasSize(2)
                    .containsOnly(AuthorizationServer.fixed(gateway, config).origin());
        });
    }

    private List<String> serversOfTokens() {
        return Objects.requireNonNull(database.client()
                .sql("SELECT COALESCE(token_server, '') AS server FROM oauth_tokens")
                .map(row -> row.get("server", String.class))
                .all()
                .collectList()
                .block(LONG));
    }

    /** As many as one round looks at, and all of them due for longer; from before it was known where they are asked for. */
    @Test
    void aServerThatDoesNotAnswerDelaysNoTokenOfAnother() {
        try (var hanging = new RotatingProvider()) {
            hanging.slow = LONG.multipliedBy(2);
            var elsewhere = hanging.config(Grant.AUTHORIZATION_CODE);
            var there = gateway("hanging", elsewhere);
            for (int i = 0; i < 100; i++) {
                agreed(there, elsewhere, "user" + i + "@example.com", Duration.ofHours(1), "r", null);
            }
            sql("UPDATE oauth_tokens SET token_server = NULL, renew_at = CURRENT_TIMESTAMP - INTERVAL '1' HOUR");
            agreed(ANN, Duration.ofHours(1), provider.refreshToken());
            sql("UPDATE oauth_tokens SET renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND"
                    + " WHERE user_name = 'ann@example.com'");
            var foresight = foresight();

            run(foresight.round());
            await().atMost(LONG).untilAsserted(() -> assertThat(hanging.asked).hasPositiveValue());
            run(foresight.round());

            renewedAhead(ANN);
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(database.connections().getMetrics())
                            .hasValueSatisfying(
                                    pool -> assertThat(pool.acquiredSize()).isZero()));
        }
    }

    /** As many as one round looks at, and all of them due for longer. */
    @Test
    void tokensThatCannotBeRenewedLeaveRoomForOthers() {
        for (int i = 0; i < 100; i++) {
            agreed("user" + i + "@example.com", Duration.ofHours(1), "r");
        }
        agreed(ANN, Duration.ofHours(1), provider.refreshToken());
        sql("UPDATE oauth_tokens SET renew_at = CURRENT_TIMESTAMP - INTERVAL '1' HOUR, authority = 'another'"
                + " WHERE user_name <> 'ann@example.com'");
        sql("UPDATE oauth_tokens SET renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND"
                + " WHERE user_name = 'ann@example.com'");
        var foresight = foresight();

        run(foresight.round());
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(usersOfTokensDueWithin("2' MINUTE")).hasSize(100));
        assertThat(provider.asked).hasValue(0);
        run(foresight.round());

        renewedAhead(ANN);
        assertThat(provider.asked).hasValue(1);
    }

    /** A day at most, however old it is. */
    @Test
    void aTokenThatCannotBeRenewedIsLookedAtEverMoreSeldom() {
        agreed(ANN, Duration.ofHours(1), "r");
        agreed(BOB, Duration.ofHours(1), "r");
        sql("UPDATE oauth_tokens SET renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND, authority = 'another'");
        sql("UPDATE oauth_tokens SET refreshed_at = CURRENT_TIMESTAMP - INTERVAL '50' HOUR"
                + " WHERE user_name = 'bob@example.com'");

        run(foresight().round());

        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(usersOfTokensDueWithin("301' MINUTE")).containsExactlyInAnyOrder(ANN, BOB));
        assertThat(usersOfTokensDueWithin("4' MINUTE")).containsExactly(ANN);
        assertThat(usersOfTokensDueWithin("299' MINUTE")).containsExactly(ANN);
    }

    private List<String> usersOfTokensDueWithin(String interval) {
        return Objects.requireNonNull(database.client()
                .sql("SELECT user_name FROM oauth_tokens WHERE renew_at BETWEEN CURRENT_TIMESTAMP AND CURRENT_TIMESTAMP"
                        + " + INTERVAL '" + interval)
                .map(row -> row.get("user_name", String.class))
                .all()
                .collectList()
                .block(LONG));
    }

    @Test
    void aTokenThatNobodyUsesWithinTheRetentionIsLeftToEnd() {
        agreed(ANN, Duration.ofHours(1), "anns");
        sql("UPDATE oauth_tokens SET created_at = CURRENT_TIMESTAMP - INTERVAL '31' DAY");
        agreed(BOB, Duration.ofHours(1), provider.refreshToken());
        sql("UPDATE oauth_tokens SET renew_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND");

        run(foresight().round());

        renewedAhead(BOB);
        assertThat(provider.asked).hasValue(1);
    }

    private Foresight foresight() {
        var renewals = new Renewals(
                rows,
                new Unwritten(rows, rounds),
                endpoint,
                FIXED,
                new AuthorizeUrls(Ingresses.at("http://localhost:4444")),
                rounds,
                Schedulers.parallel());
        return new Foresight(
                new DueTokens(database.client(), new TokenSeals(vault)),
                renewals,
                gateways,
                FIXED,
                new OAuthSettings(Duration.ofDays(30), true, Duration.ofHours(24)),
                rounds);
    }
}
