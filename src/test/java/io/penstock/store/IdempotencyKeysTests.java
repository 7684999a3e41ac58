package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.store.IdempotencyKeys.Made;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

@ParameterizedClass
@EnumSource(Databases.class)
class IdempotencyKeysTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final UUID MADE = UUID.fromString("00000000-0000-4000-8000-000000000001");

    private final Database database;
    private final R2dbcIdempotencyKeys keys;

    IdempotencyKeysTests(Databases databases) {
        database = databases.fresh();
        keys = new R2dbcIdempotencyKeys(database.client());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aKeyIsTakenOnce() {
        StepVerifier.create(keys.find("u", "k")).verifyComplete();
        StepVerifier.create(keys.take("u", "k", "f")).expectNext(true).verifyComplete();
        StepVerifier.create(keys.take("u", "k", "g")).expectNext(false).verifyComplete();
        StepVerifier.create(keys.find("u", "k")).expectNext(new Made("f", null)).verifyComplete();
    }

    @Test
    void aKeyIsTheUsersOwn() {
        StepVerifier.create(keys.take("u", "k", "f")).expectNext(true).verifyComplete();

        StepVerifier.create(keys.find("v", "k")).verifyComplete();
        StepVerifier.create(keys.take("v", "k", "f")).expectNext(true).verifyComplete();
    }

    @Test
    void tellsWhatWasMade() {
        StepVerifier.create(keys.take("u", "k", "f").then(keys.made("u", "k", MADE)))
                .verifyComplete();

        StepVerifier.create(keys.find("u", "k")).expectNext(new Made("f", MADE)).verifyComplete();
    }

    @Test
    void aKeyIsFreeAgainWhereNothingCameOfIt() {
        Mono<Void> failing =
                database.transactions().run(keys.take("u", "k", "f").then(Mono.error(new IllegalStateException("no"))));
        StepVerifier.create(failing).expectErrorMessage("no").verify();

        StepVerifier.create(keys.take("u", "k", "f")).expectNext(true).verifyComplete();
    }

    @Test
    void aKeyIsFreeAgainADayLater() {
        StepVerifier.create(keys.take("u", "old", "f").then(keys.take("u", "new", "f")))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(database.client()
                        .sql("UPDATE idempotency_keys SET created_at = CURRENT_TIMESTAMP - INTERVAL '25' HOUR"
                                + " WHERE idempotency_key = 'old'")
                        .fetch()
                        .rowsUpdated())
                .expectNext(1L)
                .verifyComplete();

        StepVerifier.create(keys.forget()).verifyComplete();

        StepVerifier.create(keys.take("u", "old", "g")).expectNext(true).verifyComplete();
        StepVerifier.create(keys.take("u", "new", "g")).expectNext(false).verifyComplete();
    }

    @Test
    void whoComesSecondWaitsForTheFirst() {
        Sinks.Empty<Void> released = Sinks.empty();
        var first = database.transactions()
                .run(keys.take("u", "k", "f")
                        .delayUntil(_ -> released.asMono())
                        .flatMap(taken -> keys.made("u", "k", MADE).thenReturn(taken)))
                .toFuture();
        await().until(() -> released.currentSubscriberCount() == 1); // it has taken the key
        var second = database.transactions()
                .run(keys.take("u", "k", "f"))
                .flatMap(taken -> keys.find("u", "k").map(found -> Map.entry(taken, found)))
                .toFuture();

        await().during(Duration.ofMillis(200)).until(() -> !second.isDone());
        released.tryEmitEmpty().orThrow();

        assertThat(first).succeedsWithin(PATIENCE).isEqualTo(true);
        assertThat(second).succeedsWithin(PATIENCE).isEqualTo(Map.entry(false, new Made("f", MADE)));
    }

    @Test
    void howeverManyAreFreedNoStatementIsLong() {
        database.crowd("idempotency_keys", """
                (user_name, idempotency_key, fingerprint, created_at)
                VALUES ('ann', CAST(:key AS VARCHAR), 'f', CURRENT_TIMESTAMP - INTERVAL '100' DAY)""");

        var _ = keys.forget().blockOptional(Duration.ofMinutes(1));

        assertThat(database.rows("idempotency_keys")).isZero();
    }
}
