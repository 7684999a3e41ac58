package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@ParameterizedClass
@EnumSource(Databases.class)
class KeepsakesTests {

    private static final int MOST_OF_ONE = 3;

    private final Instant later = Instant.now().plus(Duration.ofHours(1));
    private final Instant before = Instant.now().minus(Duration.ofHours(1));

    private final Database database;
    private final R2dbcKeepsakes keepsakes;

    KeepsakesTests(Databases databases) {
        database = databases.fresh();
        keepsakes = new R2dbcKeepsakes(database.client(), MOST_OF_ONE);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Mono<String> found(String digest) {
        return keepsakes.find(digest).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void theFirstOneStays() {
        StepVerifier.create(keepsakes.put("d", "o", bytes("one"), later))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(keepsakes.put("d", "o", bytes("two"), later))
                .expectNext(false)
                .verifyComplete();

        StepVerifier.create(found("d")).expectNext("one").verifyComplete();
        StepVerifier.create(found("e")).verifyComplete();
    }

    @Test
    void ofManyAtOnceOneWins() {
        var won = Flux.range(0, 8)
                .flatMap(number -> keepsakes.put("d", "o", bytes("n" + number), later))
                .filter(first -> first)
                .count()
                .block(Duration.ofSeconds(20));

        assertThat(won).isEqualTo(1);
    }

    @Test
    void oneThatHasExpiredIsNone() {
        StepVerifier.create(keepsakes.put("d", "o", bytes("one"), before))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(found("d")).verifyComplete();
        StepVerifier.create(keepsakes.put("d", "o", bytes("two"), later))
                .expectNext(true)
                .verifyComplete();

        StepVerifier.create(found("d")).expectNext("two").verifyComplete();
    }

    @Test
    void onlyTheVeryValueIsRemoved() {
        StepVerifier.create(keepsakes.put("d", "o", bytes("one"), later))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(keepsakes.remove("d", bytes("another"))).verifyComplete();
        StepVerifier.create(found("d")).expectNext("one").verifyComplete();

        StepVerifier.create(keepsakes.remove("d", bytes("one"))).verifyComplete();
        StepVerifier.create(found("d")).verifyComplete();
    }

    @Test
    void anOwnersAreRemovedTogether() {
        StepVerifier.create(keepsakes.put("d", "o", bytes("one"), later))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(keepsakes.put("e", "p", bytes("two"), later))
                .expectNext(true)
                .verifyComplete();

        StepVerifier.create(keepsakes.removeAll("o")).verifyComplete();

        StepVerifier.create(found("d")).verifyComplete();
        StepVerifier.create(found("e")).expectNext("two").verifyComplete();
    }

    @Test
    void anOwnerWhoHasManyGetsNoMoreAndOthersDo() {
        StepVerifier.create(keepsakes.put("expired", "o", bytes("one"), before))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(Flux.range(0, MOST_OF_ONE)
                        .concatMap(number -> keepsakes.put("d" + number, "o", bytes("one"), later)))
                .expectNext(true, true, true)
                .verifyComplete();

        StepVerifier.create(keepsakes.put("more", "o", bytes("one"), later))
                .expectNext(false)
                .verifyComplete();
        StepVerifier.create(found("more")).verifyComplete();
        StepVerifier.create(keepsakes.put("other", "p", bytes("one"), later))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(found("other")).expectNext("one").verifyComplete();
    }

    @Test
    void whatHasExpiredIsForgotten() {
        StepVerifier.create(keepsakes.put("d", "o", bytes("one"), before))
                .expectNext(true)
                .verifyComplete();

        StepVerifier.create(keepsakes.forget()).verifyComplete();

        StepVerifier.create(database.client()
                        .sql("SELECT COUNT(*) AS n FROM upstream_sessions")
                        .map(row -> row.get("n", Long.class))
                        .one())
                .expectNext(0L)
                .verifyComplete();
    }

    @Test
    void howeverManyHaveExpiredNoStatementIsLong() {
        database.crowd("upstream_sessions", """
                (digest, owner, sealed, expires_at)
                VALUES (CAST(:key AS VARCHAR), 'o', CAST('00' AS BYTEA), CURRENT_TIMESTAMP - INTERVAL '100' DAY)""");

        var _ = keepsakes.forget().blockOptional(Duration.ofMinutes(1));

        assertThat(database.rows("upstream_sessions")).isZero();
    }
}
