package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.UpstreamAuth;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Replicas that share a database and want the same token. */
@ParameterizedClass
@EnumSource(Databases.class)
class RenewalsTests {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final AuthorizationServers FIXED =
            (gateway, config) -> Mono.just(AuthorizationServer.fixed(gateway, config));
    private static final String ANN = "ann@example.com";

    private final RotatingProvider provider = new RotatingProvider();
    private final RunningRounds rounds = new RunningRounds();
    private final Vault vault = Vaults.fresh();
    private final AtomicLong nanos = new AtomicLong();
    private final Database database;
    private final TokenRows rows;
    private final Gateway gateway;

    RenewalsTests(Databases databases) {
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

    /** A replica of its own: other memory, another owner of leases. */
    private MemoryTokens replica() {
        var rowsOfReplica = rows();
        var renewals = new Renewals(
                rowsOfReplica,
                new Unwritten(rowsOfReplica, rounds),
                new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC()),
                FIXED,
                new AuthorizeUrls(Ingresses.at("http://localhost:4444")),
                rounds,
                Schedulers.parallel());
        return new MemoryTokens(
                FIXED,
                renewals,
                new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC()),
                new Uses(database.client()),
                new Standings(database.client()),
                rounds,
                nanos::get);
    }

    private OAuthConfig perUser() {
        return provider.config(Grant.AUTHORIZATION_CODE);
    }

    private AuthorizationServer server() {
        return AuthorizationServer.fixed(gateway, perUser());
    }

    private TokenKey key(String user) {
        return TokenKey.of(gateway, Grant.AUTHORIZATION_CODE, server(), user);
    }

    private static Caller caller(String user) {
        return new Caller(user, Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);
    }

    /** Ann agreed, and her access token has ended. */
    private void annsTokenHasEnded() {
        var key = key(ANN);
        var granted = new Granted(
                new Secret("first"), new Secret(provider.refreshToken()), Duration.ofHours(1), List.of("a"));
        run(rows.grant(key, granted, List.of(), "https://server.example", null));
        run(database.client()
                .sql("UPDATE oauth_tokens SET expires_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND")
                .then());
    }

    private Mono<Token> annsToken(MemoryTokens replica) {
        return Mono.defer(() -> replica.from(gateway, perUser()).of(caller(ANN)));
    }

    private static void run(Mono<Void> work) {
        StepVerifier.create(work).expectComplete().verify(LONG);
    }

    private static String header(Token token) {
        return token.headers().get("authorization");
    }

    /** A replica that was started with the wrong keys, or a row that somebody put another's ciphertext into. */
    @Test
    void aUsersTokenThatDoesNotOpenIsRefusedAndAsksNobodyToAgreeAgain() {
        annsTokenHasEnded();
        run(rows.grant(
                key("bob@example.com"),
                new Granted(new Secret("b"), new Secret("bobs"), Duration.ofHours(1), null),
                List.of(),
                "https://server.example",
                null));
        run(database.client()
                .sql("UPDATE oauth_tokens SET refresh_sealed = (SELECT t.refresh_sealed FROM oauth_tokens t"
                        + " WHERE t.user_name = 'bob@example.com') WHERE user_name = 'ann@example.com'")
                .then());

        refused(annsToken(replica()));

        var status = database.client()
                .sql("SELECT status FROM oauth_tokens WHERE user_name = 'ann@example.com'")
                .map(row -> row.get("status", String.class))
                .one()
                .block(LONG);
        assertThat(status).isEqualTo("VALID");
        assertThat(provider.asked).hasValue(0);
    }

    @Test
    void whoAgreesAgainReplacesATokenThatDoesNotOpen() {
        annsTokenHasEnded();
        run(database.client()
                .sql("UPDATE oauth_tokens SET access_sealed = refresh_sealed, refresh_sealed = access_sealed")
                .then());

        run(rows.grant(
                key(ANN),
                new Granted(new Secret("again"), new Secret("r"), Duration.ofHours(1), null),
                List.of(),
                "https://server.example",
                null));

        StepVerifier.create(annsToken(replica()).map(RenewalsTests::header))
                .expectNext("Bearer again")
                .verifyComplete();
    }

    @Test
    void fiveReplicasWithManyCallsWaitingRefreshOnce() {
        provider.slow = Duration.ofMillis(300);
        annsTokenHasEnded();
        List<MemoryTokens> replicas =
                IntStream.range(0, 5).mapToObj(_ -> replica()).toList();

        List<String> carried = Flux.fromIterable(replicas)
                .flatMap(replica -> Flux.range(0, 200).flatMap(_ -> annsToken(replica), 200), 5)
                .map(RenewalsTests::header)
                .collectList()
                .block(LONG);

        assertThat(carried).hasSize(1_000).containsOnly("Bearer access-1");
        assertThat(provider.asked).hasValue(1);
        assertThat(provider.isGood("r1")).isTrue();
    }

    /** Or a connection that was cut while a token was on its way would go on here, for as long as the token is good. */
    @Test
    void aTokenThatWasOnItsWayWhenAllWereLetGoOfIsReadAgain() {
        provider.slow = Duration.ofMillis(300);
        annsTokenHasEnded();
        var replica = replica();
        var onItsWay = annsToken(replica).toFuture();
        replica.forget(Set.of());
        assertThat(onItsWay).succeedsWithin(LONG);

        run(database.client().sql("DELETE FROM oauth_tokens").then());

        refusedWith(annsToken(replica), Reason.NeedsAuthorization.class);
    }

    /** Whoever cut the connection had those from before revoked. */
    @Test
    void whatIsGrantedForARowThatWasDeletedMeanwhileIsRevoked() {
        provider.slow = Duration.ofMillis(500);
        annsTokenHasEnded();
        var onItsWay = annsToken(replica()).toFuture();
        await().atMost(LONG).untilAsserted(() -> assertThat(provider.asked).hasValue(1));
        run(database.client().sql("DELETE FROM oauth_tokens").then());

        assertThat(onItsWay).failsWithin(LONG);

        await().atMost(LONG).untilAsserted(() -> assertThat(provider.revoked()).containsExactly("r1", "access-1"));
    }

    @Test
    void aClientThatHangsUpDoesNotLoseTheToken() {
        provider.slow = Duration.ofMillis(300);
        annsTokenHasEnded();

        StepVerifier.create(annsToken(replica()).take(Duration.ofMillis(100)))
                .expectComplete()
                .verify(LONG);

        await().atMost(LONG).untilAsserted(() -> assertThat(provider.given()).hasSize(1));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(header(
                                Objects.requireNonNull(annsToken(replica()).block(LONG))))
                        .isEqualTo("Bearer access-1"));
        assertThat(provider.asked).hasValue(1);
    }

    @Test
    void aLeaseOfAReplicaThatDiedIsOutlived() {
        annsTokenHasEnded();
        var stored = Objects.requireNonNull(rows.find(key(ANN)).block());
        assertThat(rows.take(stored).block()).isTrue();
        var waiting = annsToken(replica()).map(RenewalsTests::header).toFuture();
        assertThat(waiting).isNotDone();

        run(database.client()
                .sql("UPDATE oauth_tokens SET lease_until = CURRENT_TIMESTAMP - INTERVAL '1' SECOND")
                .then());

        await().atMost(LONG).untilAsserted(() -> assertThat(waiting).isCompletedWithValue("Bearer access-1"));
    }

    /** It was slow: what it got in the place of a token that is good for one use is written all the same. */
    @Test
    void whatWasGrantedIsWrittenThoughTheLeaseIsOver() {
        provider.slow = Duration.ofMillis(500);
        annsTokenHasEnded();
        var waiting = annsToken(replica()).map(RenewalsTests::header).toFuture();
        await().atMost(LONG).untilAsserted(() -> assertThat(provider.asked).hasValue(1));
        run(database.client()
                .sql("UPDATE oauth_tokens SET lease_owner = id, lease_until = CURRENT_TIMESTAMP - INTERVAL '1' SECOND")
                .then());

        await().atMost(LONG).untilAsserted(() -> assertThat(waiting).isCompletedWithValue("Bearer access-1"));

        var after = Objects.requireNonNull(rows.find(key(ANN)).block());
        assertThat(Objects.requireNonNull(after.refresh()).reveal()).isEqualTo("r1");
        assertThat(provider.asked).hasValue(1);
    }

    /** Whoever had the lease before asked the server already, with the token that is good for one use. */
    @Test
    void aRefreshThatWasSpentByADeadReplicaAsksTheUserAgain() {
        annsTokenHasEnded();
        var before = Objects.requireNonNull(rows.find(key(ANN)).block());
        var endpoint = new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC());
        var _ = endpoint.refresh(server(), Objects.requireNonNull(before.refresh()))
                .block(LONG);

        refusedWith(annsToken(replica()), Reason.NeedsAuthorization.class);

        var after = Objects.requireNonNull(rows.find(key(ANN)).block());
        assertThat(after.status()).isEqualTo(StoredToken.Status.NEEDS_REAUTH);
        assertThat(after.lastError()).contains("invalid_grant").doesNotContain("reuse of");
        assertThat(after.refresh()).isNotNull();
    }

    /** What was read before another replica asked in vain is no reason to ask once more. */
    @Test
    void aRowThatSomebodyAskedForInVainIsNotLeasedByWhatWasReadBefore() {
        annsTokenHasEnded();
        var before = Objects.requireNonNull(rows.find(key(ANN)).block());

        assertThat(rows.take(before).block()).isTrue();
        run(rows.failed(
                before, Order.of(gateway, perUser(), server(), ANN), "it failed", Duration.ofSeconds(2), false));
        assertThat(rows().take(before).block()).isFalse();

        var failed = Objects.requireNonNull(rows.find(key(ANN)).block());
        assertThat(rows.take(failed).block()).isTrue();
        run(rows.gone(failed, "invalid_grant"));
        assertThat(rows().take(failed).block()).isFalse();
    }

    @Test
    void aServerThatDoesNotRotateKeepsItsRefreshToken() {
        provider.rotates = false;
        annsTokenHasEnded();

        assertThat(header(Objects.requireNonNull(annsToken(replica()).block(LONG))))
                .isEqualTo("Bearer access-1");

        var stored = Objects.requireNonNull(rows.find(key(ANN)).block());
        assertThat(Objects.requireNonNull(stored.refresh()).reveal()).isEqualTo("r0");
        assertThat(stored.scopes()).containsExactly("a");
    }

    @Test
    void aServerThatFailsLosesNothing() {
        provider.failing = 1;
        annsTokenHasEnded();
        var replica = replica();

        refusedWith(annsToken(replica), Reason.Unavailable.class);

        run(database.client().sql("UPDATE oauth_tokens SET retry_at = NULL").then());
        assertThat(header(Objects.requireNonNull(annsToken(replica).block(LONG))))
                .isEqualTo("Bearer access-1");
    }

    @Test
    void nobodyAsksAServerThatJustFailed() {
        provider.failing = 1;
        annsTokenHasEnded();

        refusedWith(annsToken(replica()), Reason.Unavailable.class);
        refusedWith(annsToken(replica()), Reason.Unavailable.class);

        assertThat(provider.asked).hasValue(1);
    }

    @Test
    void aTokenThatNearsItsEndIsRenewedWhileCallsGoOn() {
        var replica = replica();
        var source = replica.from(gateway, provider.config(Grant.CLIENT_CREDENTIALS));
        assertThat(header(Objects.requireNonNull(source.of(caller("")).block(LONG))))
                .isEqualTo("Bearer access-1");

        nanos.addAndGet(Duration.ofMinutes(57).toNanos());
        assertThat(header(Objects.requireNonNull(source.of(caller("")).block(LONG))))
                .isEqualTo("Bearer access-1");

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(header(
                                Objects.requireNonNull(source.of(caller("")).block(LONG))))
                        .isEqualTo("Bearer access-2"));
        assertThat(provider.asked).hasValue(2);
    }

    @Test
    void callsOfDifferentUsersShareTheGatewaysOwnToken() {
        provider.slow = Duration.ofMillis(100);
        var tokens = new ArrayList<Mono<String>>();
        for (var replica : List.of(replica(), replica(), replica())) {
            var source = replica.from(gateway, provider.config(Grant.CLIENT_CREDENTIALS));
            tokens.add(source.of(caller(ANN)).map(RenewalsTests::header));
            tokens.add(source.of(caller("bob@example.com")).map(RenewalsTests::header));
        }

        assertThat(Flux.merge(tokens).collectList().block(LONG)).hasSize(6).containsOnly("Bearer access-1");
        assertThat(provider.asked).hasValue(1);
        assertThat(provider.forms.getFirst())
                .containsEntry("scope", List.of("a b"))
                .containsEntry("resource", List.of(gateway.url().toString()));
    }

    /** However many calls carried it. */
    @Test
    void aTokenThatTheUpstreamRefusesIsReplacedOnce() {
        var source = replica().from(gateway, provider.config(Grant.CLIENT_CREDENTIALS));
        Token first = Objects.requireNonNull(source.of(caller("")).block(LONG));

        List<String> others = Flux.range(0, 50)
                .flatMap(_ -> source.insteadOf(first, caller("")), 50)
                .map(RenewalsTests::header)
                .collectList()
                .block(LONG);

        assertThat(others).hasSize(50).containsOnly("Bearer access-2");
        assertThat(provider.asked).hasValue(2);
    }

    @Test
    void aTokenThatWasRefusedIsNotGivenBackByWhoOnlyReadsIt() {
        annsTokenHasEnded();
        var replica = replica();
        var source = replica.from(gateway, perUser());
        var refused = source.of(caller(ANN)).blockOptional(LONG).orElseThrow();
        replica.forget(Set.of());

        var reading = source.of(caller(ANN)).toFuture();
        var other = source.insteadOf(refused, caller(ANN)).blockOptional(LONG).orElseThrow();

        assertThat(header(reading.join())).isEqualTo("Bearer access-1");
        assertThat(header(other)).isEqualTo("Bearer access-2");
    }

    /** Whose row was deleted since, and the count of versions with it. */
    @Test
    void aRefusedTokenFromBeforeTheUserAgreedAnewIsReplacedWithoutAsking() {
        annsTokenHasEnded();
        run(database.client().sql("UPDATE oauth_tokens SET version = 5").then());
        var replica = replica();
        var source = replica.from(gateway, perUser());
        Token before = source.of(caller(ANN)).blockOptional(LONG).orElseThrow();
        run(database.client().sql("DELETE FROM oauth_tokens").then());
        run(rows.grant(
                key(ANN),
                new Granted(new Secret("anew"), new Secret("r1"), Duration.ofHours(1), List.of("a")),
                List.of(),
                "https://server.example",
                null));
        replica.forget(Set.of());

        Token other = source.insteadOf(before, caller(ANN)).blockOptional(LONG).orElseThrow();

        assertThat(header(other)).isEqualTo("Bearer anew");
        assertThat(provider.asked).hasValue(1);
    }

    @Test
    void nobodyGetsATokenOfSomebodyElse() {
        annsTokenHasEnded();
        var source = replica().from(gateway, perUser());

        refusedWith(source.of(caller("bob@example.com")), Reason.NeedsAuthorization.class);
        refusedWith(source.of(caller("")), Reason.NeedsAuthorization.class);

        assertThat(provider.asked).hasValue(0);
    }

    /** Tokens are kept by who gave them to whom: they go to no other server, and another client gets none of them. */
    @Test
    void aTokenOfAnotherClientIsNotUsed() {
        annsTokenHasEnded();
        var known = perUser();
        var other = new OAuthConfig(
                known.grant(),
                null,
                null,
                known.tokenUrl(),
                known.authorizationUrl(),
                null,
                null,
                "another client",
                known.clientSecret(),
                null,
                known.clientAuth(),
                known.scopes(),
                null,
                null,
                null);

        refusedWith(replica().from(gateway, other).of(caller(ANN)), Reason.NeedsAuthorization.class);

        assertThat(provider.asked).hasValue(0);
    }

    private OAuthConfig withSecret(String secret) {
        var known = provider.config(Grant.CLIENT_CREDENTIALS);
        return new OAuthConfig(
                known.grant(),
                null,
                null,
                known.tokenUrl(),
                null,
                null,
                null,
                known.clientId(),
                new Secret(secret),
                null,
                known.clientAuth(),
                List.of(),
                null,
                null,
                null);
    }

    /** The same gateway, once somebody set that secret. */
    private Gateway given(OAuthConfig config) {
        var draft = Stores.draft("up", new UpstreamAuth.OAuth(config));
        return Objects.requireNonNull(Stores.on(database, vault)
                .gateways()
                .update(gateway.id(), draft, gateway.version())
                .block(LONG));
    }

    /** Else whoever opens a private gateway with a secret of their own would call with its owner's. */
    @Test
    void whatOneSecretGotIsNotForWhomAnotherOneIsSet() {
        provider.knows = _ -> true;
        var first = replica();
        var second = replica();
        var known = provider.config(Grant.CLIENT_CREDENTIALS);
        for (var replica : List.of(first, second)) {
            assertThat(header(Objects.requireNonNull(
                            replica.from(gateway, known).of(caller("")).block(LONG))))
                    .isEqualTo("Bearer access-1");
        }

        var other = withSecret("another");
        var changed = given(other);

        for (var replica : List.of(first, second, replica())) {
            assertThat(header(Objects.requireNonNull(
                            replica.from(changed, other).of(caller("")).block(LONG))))
                    .isEqualTo("Bearer access-2");
        }
        assertThat(provider.asked).hasValue(2);
    }

    @Test
    void aSecretThatIsRefusedIsNotShownAgainAtOnceWhereAnotherOneHadAToken() {
        var replica = replica();
        var source = replica.from(gateway, provider.config(Grant.CLIENT_CREDENTIALS));
        assertThat(source.of(caller("")).block(LONG)).isNotNull();
        var wrong = withSecret("wrong");
        var changed = given(wrong);

        for (int i = 0; i < 3; i++) {
            StepVerifier.create(replica.from(changed, wrong).of(caller("")))
                    .expectError(Refusal.class)
                    .verify(LONG);
        }

        assertThat(provider.asked).hasValue(2);
    }

    @Test
    void aWrongSecretIsToldAsSuch() {
        StepVerifier.create(replica().from(gateway, withSecret("wrong")).of(caller("")))
                .expectErrorSatisfies(error -> assertThat(error)
                        .hasMessageContaining("invalid_client")
                        .hasMessageContaining("check client_id"))
                .verify(LONG);
    }

    @Test
    void tokensAreSealedForTheirOwnRow() {
        annsTokenHasEnded();
        var bob = key("bob@example.com");
        run(rows.grant(
                bob,
                new Granted(new Secret("bobs"), null, Duration.ofHours(1), null),
                List.of(),
                "https://server.example",
                null));

        run(database.client().sql("""
                        UPDATE oauth_tokens SET access_sealed =
                            (SELECT access_sealed FROM oauth_tokens WHERE user_name = 'ann@example.com')
                        WHERE user_name = 'bob@example.com'
                        """).then());

        refused(rows.find(bob));
    }

    @Test
    void whoHasNotAgreedIsToldWhereToDoIt() {
        StepVerifier.create(replica().from(gateway, perUser()).of(caller(ANN)))
                .expectErrorSatisfies(error ->
                        assertThat(error).hasMessageContaining("http://localhost:4444/oauth/authorize/" + gateway.id()))
                .verify(LONG);
    }

    private static void refused(Mono<?> token) {
        StepVerifier.create(token)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> assertThat(refusal.reason()).isInstanceOf(Reason.Unavailable.class)))
                .verify(LONG);
    }

    /** The upstream's word counts for less than the authorization server's: it cannot end what that gave. */
    @Test
    void anUpstreamThatRefusesEveryTokenEndsNoConnection() {
        annsTokenHasEnded();
        var source = replica().from(gateway, perUser());
        Token first = Objects.requireNonNull(source.of(caller(ANN)).block(LONG));
        Token second =
                Objects.requireNonNull(source.insteadOf(first, caller(ANN)).block(LONG));

        refusedWith(source.insteadOf(second, caller(ANN)), Reason.NeedsAuthorization.class);
        refusedWith(source.insteadOf(second, caller(ANN)), Reason.NeedsAuthorization.class);

        assertThat(provider.asked).hasValue(2);
        assertThat(Objects.requireNonNull(rows.find(key(ANN)).block()).status()).isEqualTo(StoredToken.Status.VALID);
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(header(Objects.requireNonNull(
                        source.insteadOf(second, caller(ANN)).block(LONG))))
                .isEqualTo("Bearer access-3");
    }

    @Test
    void anUpstreamThatRefusesTheGatewaysOwnTokensIsNotGivenOneAfterTheOther() {
        var source = replica().from(gateway, provider.config(Grant.CLIENT_CREDENTIALS));
        Token first = Objects.requireNonNull(source.of(caller("")).block(LONG));
        Token second =
                Objects.requireNonNull(source.insteadOf(first, caller("")).block(LONG));

        StepVerifier.create(source.insteadOf(second, caller("")))
                .expectComplete()
                .verify(LONG);
        assertThat(provider.asked).hasValue(2);
    }

    @Test
    void aTokenThatCannotBeRenewedStaysAsLongAsItsServerSaid() {
        run(rows.grant(
                key(ANN),
                new Granted(new Secret("only"), null, Duration.ofHours(1), null),
                List.of(),
                "https://server.example",
                null));
        var source = replica().from(gateway, perUser());
        Token only = Objects.requireNonNull(source.of(caller(ANN)).block(LONG));

        refusedWith(source.insteadOf(only, caller(ANN)), Reason.NeedsAuthorization.class);

        assertThat(Objects.requireNonNull(rows.find(key(ANN)).block()).status()).isEqualTo(StoredToken.Status.VALID);
        assertThat(header(Objects.requireNonNull(annsToken(replica()).block(LONG))))
                .isEqualTo("Bearer only");
    }

    private static void refusedWith(Mono<Token> token, Class<? extends Reason> reason) {
        StepVerifier.create(token)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> assertThat(refusal.reason()).isInstanceOf(reason)))
                .verify(LONG);
    }
}
