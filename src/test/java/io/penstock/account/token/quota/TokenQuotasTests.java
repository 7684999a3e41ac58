package io.penstock.account.token.quota;

import static io.penstock.account.Accounts.get;
import static io.penstock.account.Accounts.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.token.TokenStores;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.caller.Grants;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What every database must do for quotas, for two replicas that take from them. */
@ParameterizedClass
@EnumSource(Databases.class)
class TokenQuotasTests {

    private static final Instant TEN = Instant.parse("2030-05-05T10:00:00Z");

    private final Database database;
    private final TokenStores stores;
    private final TokenQuotas here;
    private final TokenQuotas there;
    private Instant now = TEN.plusSeconds(60);

    TokenQuotasTests(Databases databases) {
        database = databases.fresh();
        stores = TokenStores.on(database);
        here = replica();
        there = replica();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private TokenQuotas replica() {
        return new TokenQuotas(
                stores.held()::limited,
                new QuotaWindows(database.client(), database.transactions()),
                new Detaching(),
                () -> now,
                Schedulers.parallel());
    }

    /** Carries out what is detached at once. */
    private static final class Detaching implements io.penstock.loop.Rounds {

        @Override
        public void repeat(String name, Duration pause, Mono<Void> round) {}

        @Override
        public <T> Mono<T> detach(String name, Mono<T> work) {
            var running = work.cache();
            var _ = running.subscribe();
            return running;
        }
    }

    private Caller token(Integer perHour, Integer perDay) {
        var made = get(stores.tokens()
                .create(
                        "ann@example.com",
                        null,
                        TokenStores.quotas(UUID.randomUUID().toString(), perHour, perDay),
                        0));
        var _ = stores.held().refresh().blockOptional();
        return caller(Digest.of(made.secret()).hex());
    }

    private static Caller caller(String digest) {
        return new Caller(
                "ann@example.com",
                Caller.Source.API_TOKEN,
                false,
                Set.of(),
                null,
                false,
                Grants.NONE,
                null,
                digest,
                TokenStores.EXPIRES);
    }

    /** How many of so many calls at once went on; all others were refused for their number. */
    private static Mono<Long> spent(TokenQuotas quotas, Caller caller, int calls) {
        return Flux.range(0, calls)
                .flatMap(
                        _ -> quotas.spend(caller)
                                .thenReturn(1)
                                .onErrorResume(
                                        Refusal.class,
                                        refusal -> refusal.reason() instanceof Reason.TooMany
                                                ? Mono.just(0)
                                                : Mono.error(refusal)),
                        calls)
                .filter(went -> went == 1)
                .count();
    }

    private long used() {
        return get(database.client()
                .sql("SELECT COALESCE(MAX(used), 0) AS n FROM token_quota_windows")
                .map(row -> row.get("n", Long.class))
                .one());
    }

    @RepeatedTest(10)
    void callsAtOnceOverTwoReplicasReachTheQuotaAndNeverExceedIt() {
        var caller = token(200, null);

        long went = get(Flux.merge(
                        spent(here, caller, 150).subscribeOn(Schedulers.boundedElastic()),
                        spent(there, caller, 150).subscribeOn(Schedulers.boundedElastic()),
                        spent(here, caller, 150).subscribeOn(Schedulers.boundedElastic()),
                        spent(there, caller, 150).subscribeOn(Schedulers.boundedElastic()))
                .reduce(0L, Long::sum));

        assertThat(went).isEqualTo(200);
        assertThat(used()).isEqualTo(200);
    }

    @Test
    void oneCallAfterAnotherInTurnsIsCountedOneByOneWhereTheQuotaIsSmall() {
        var caller = token(5, null);
        for (int i = 0; i < 5; i++) {
            assertThat(get(spent(i % 2 == 0 ? here : there, caller, 1))).isEqualTo(1);
        }

        assertThat(refused(here.spend(caller))).isInstanceOfSatisfying(Reason.TooMany.class, reason -> {
            assertThat(reason.detail()).contains("5 calls per hour", "2030-05-05T11:00:00Z");
            assertThat(reason.retryAfter()).isEqualTo(Duration.ofMinutes(59).plusSeconds(1));
        });
        assertThat(get(spent(there, caller, 3))).isZero();
        assertThat(used()).isEqualTo(5);
    }

    @Test
    void theNextHourBeginsAnewAndTheDayGoesOn() {
        var caller = token(3, 5);
        assertThat(get(spent(here, caller, 9))).isEqualTo(3);

        now = TEN.plus(Duration.ofHours(1));
        assertThat(get(spent(there, caller, 9))).isEqualTo(2);
        now = now.plusSeconds(2);
        assertThat(refused(there.spend(caller)).detail()).contains("5 calls per day", "2030-05-06T00:00:00Z");

        now = Instant.parse("2030-05-06T00:00:00Z");
        assertThat(get(spent(here, caller, 9))).isEqualTo(3);
    }

    @Test
    void whatOneReplicaDoesNotUseIsForTheOther() {
        var caller = token(100, null);
        assertThat(get(spent(here, caller, 1))).isEqualTo(1);
        assertThat(used()).isGreaterThan(1);
        assertThat(get(spent(there, caller, 200))).isLessThan(99);

        now = now.plusSeconds(3);
        var _ = here.giveBack().blockOptional();

        assertThat(get(spent(there, caller, 200))).isPositive();
        assertThat(used()).isEqualTo(100);
    }

    @Test
    void aLargeQuotaIsTakenInBlocksAheadOfNeed() {
        var caller = token(100_000, null);
        assertThat(get(spent(here, caller, 1))).isEqualTo(1);
        long block = used();
        assertThat(block).isEqualTo(5_000);

        assertThat(get(spent(here, caller, 4_998))).isEqualTo(4_998);

        org.awaitility.Awaitility.await().until(() -> used() > block);
        assertThat(get(spent(here, caller, 1_000))).isEqualTo(1_000);
    }

    @Test
    void withoutAQuotaNothingIsCounted() {
        var caller = token(null, null);

        assertThat(get(spent(here, caller, 100))).isEqualTo(100);
        assertThat(get(spent(here, caller("unknown"), 1))).isEqualTo(1);
        assertThat(used()).isZero();
    }

    @Test
    void withoutTheDatabaseNothingIsSpent() {
        var caller = token(10, null);
        var _ = get(database.client()
                .sql("ALTER TABLE token_quota_windows RENAME TO elsewhere")
                .fetch()
                .rowsUpdated());

        assertThat(refused(here.spend(caller)))
                .isInstanceOfSatisfying(
                        Reason.Unavailable.class,
                        reason -> assertThat(reason.retryAfter()).isPositive());
    }

    @Test
    void aSmallerQuotaHoldsFromTheNextBlockOn() {
        var caller = token(100, null);
        assertThat(get(spent(here, caller, 1))).isEqualTo(1);
        var token = get(stores.tokens()
                .list(new io.penstock.account.token.Tokens.Choice(null, Set.of(), null, null), 1, null)
                .next());
        var _ = get(stores.tokens().update(token.id(), TokenStores.quotas("less", 6, null), 1));

        assertThat(get(spent(here, caller, 50)) + get(spent(there, caller, 50))).isEqualTo(5);
    }

    @Test
    void windowsThatEndedDaysAgoAreForgotten() {
        now = Instant.now().minus(Duration.ofDays(5));
        var caller = token(10, 10);
        assertThat(get(spent(here, caller, 1))).isEqualTo(1);
        assertThat(used()).isPositive();

        var _ = new QuotaWindows(database.client(), database.transactions())
                .forget()
                .blockOptional();

        assertThat(used()).isZero();
    }
}
