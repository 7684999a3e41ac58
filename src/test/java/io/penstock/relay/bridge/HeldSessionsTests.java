package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.store.Errands;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@ParameterizedClass
@EnumSource(Databases.class)
class HeldSessionsTests {

    private static final UUID HOME = UUID.randomUUID();

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    private final Database database;
    private final HeldSessions sessions;

    HeldSessionsTests(Databases databases) {
        database = databases.fresh();
        sessions = new R2dbcHeldSessions(database.client(), new Errands(database.client()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private HeldState found(String key) {
        return Objects.requireNonNull(sessions.find(key).block());
    }

    @Test
    void nothingWasSaidInANewSession() {
        assertThat(found("s")).isEqualTo(HeldState.NEW);
    }

    @Test
    void whatIsWrittenIsRead() {
        var gateway = UUID.randomUUID();

        StepVerifier.create(sessions.change(
                        "s",
                        LATER,
                        state -> state.logging("info")
                                .subscribed("a://\"b\"", HOME)
                                .using(gateway)))
                .expectNextCount(1)
                .verifyComplete();

        assertThat(found("s").logLevel()).isEqualTo("info");
        assertThat(found("s").uris()).containsExactly("a://\"b\"");
        assertThat(found("s").gateways()).containsExactly(gateway);
        assertThat(found("t")).isEqualTo(HeldState.NEW);
    }

    @Test
    void changesAtTheSameTimeAreAllKept() {
        StepVerifier.create(Flux.range(0, 20)
                        .flatMap(number -> sessions.change("s", LATER, state -> state.subscribed("u:" + number, HOME)))
                        .then())
                .verifyComplete();

        assertThat(found("s").uris()).hasSize(20);
    }

    @Test
    void whatHasEndedIsForgotten() {
        assertThat(sessions.change("old", Instant.EPOCH, state -> state.logging("info"))
                        .block())
                .isNotNull();
        assertThat(sessions.change("new", LATER, state -> state.logging("info")).block())
                .isNotNull();

        StepVerifier.create(sessions.forgetExpired()).verifyComplete();

        assertThat(found("old")).isEqualTo(HeldState.NEW);
        assertThat(found("new").logLevel()).isEqualTo("info");
    }

    @Test
    void howeverManyHaveExpiredNoStatementIsLong() {
        database.crowd("held_sessions", """
                (session_key, state, version, expires_at)
                VALUES (CAST(:key AS VARCHAR), '{}', 1, CURRENT_TIMESTAMP - INTERVAL '100' DAY)""");

        var _ = sessions.forgetExpired().blockOptional(Duration.ofMinutes(1));

        assertThat(database.rows("held_sessions")).isZero();
    }
}
