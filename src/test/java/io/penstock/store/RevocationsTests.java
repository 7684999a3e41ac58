package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@ParameterizedClass
@EnumSource(Databases.class)
class RevocationsTests {

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    private final Database database;
    private final R2dbcRevocations revocations;
    private final List<Disposable> following = new ArrayList<>();

    RevocationsTests(Databases databases) {
        database = databases.fresh();
        revocations = revocations(Map.of());
    }

    @AfterEach
    void close() {
        following.forEach(Disposable::dispose);
        database.close();
    }

    @Test
    void whatIsRevokedIsRevokedAtOnceAndNothingElseIs() {
        StepVerifier.create(revocations.revoke("a", LATER)).verifyComplete();

        assertThat(revocations.revoked("a")).isTrue();
        assertThat(revocations.revoked("b")).isFalse();
    }

    @Test
    void revokingTwiceIsRevokingOnce() {
        StepVerifier.create(revocations.revoke("a", LATER).then(revocations.revoke("a", LATER)))
                .verifyComplete();

        assertThat(Schema.revoked(database.address())).containsOnlyKeys("a");
    }

    @Test
    void whatIsRevokedAgainIsRevokedUntilTheLaterTime() {
        StepVerifier.create(revocations.revoke("prolonged", LONG_AGO).then(revocations.revoke("prolonged", LATER)))
                .verifyComplete();
        StepVerifier.create(revocations.revoke("a", LATER).then(revocations.revoke("a", LONG_AGO)))
                .verifyComplete();

        assertThat(Schema.revoked(database.address()))
                .containsOnly(Map.entry("prolonged", LATER), Map.entry("a", LATER));
        StepVerifier.create(revocations.forgetHere()).verifyComplete();
        assertThat(revocations.revoked("prolonged")).isTrue();
        assertThat(revocations.revoked("a")).isTrue();
    }

    @Test
    void aRevocationThatIsRolledBackIsNone() {
        Mono<Void> failing = revocations.revoke("a", LATER).then(Mono.error(new IllegalStateException("no")));

        StepVerifier.create(database.transactions().run(failing)).expectError().verify();

        assertThat(revocations.revoked("a")).isFalse();
    }

    @Test
    void aRestartKnowsWhatWasRevokedBeforeIt() {
        StepVerifier.create(revocations.revoke("a", LATER)).verifyComplete();

        var restarted = revocations(Schema.revoked(database.address()));

        assertThat(restarted.revoked("a")).isTrue();
    }

    @Test
    void othersLearnOfItAtOnce() {
        var other = revocations(Map.of());
        following.add(other.follow().subscribe());
        // it may be found by what is read when following begins; the next one is not
        StepVerifier.create(revocations.revoke("first", LATER)).verifyComplete();
        await().atMost(Duration.ofSeconds(15)).until(() -> other.revoked("first"));

        StepVerifier.create(revocations.revoke("a", LATER)).verifyComplete();

        await().atMost(Duration.ofSeconds(15)).until(() -> other.revoked("a"));
    }

    @Test
    void whatAnotherWroteBeforeIsReadWhenFollowingBegins() {
        StepVerifier.create(revocations.revoke("a", LATER)).verifyComplete();
        var other = revocations(Map.of());

        following.add(other.follow().subscribe());

        await().until(() -> other.revoked("a"));
    }

    /** Each ended session would else have every replica read all that ended within a day. */
    @Test
    void whoHearsOfARevocationReadsTheNewestAlone() {
        var other = revocations(Map.of());
        StepVerifier.create(revocations.revoke("first", LATER)).verifyComplete();
        following.add(other.follow().subscribe());
        await().until(() -> other.revoked("first"));
        StepVerifier.create(database.client()
                        .sql("INSERT INTO revocations (digest, expires_at, revoked_at) VALUES ('old', :later, :then)")
                        .bind("later", LATER)
                        .bind("then", LONG_AGO)
                        .then())
                .verifyComplete();

        StepVerifier.create(revocations.revoke("new", LATER)).verifyComplete();
        await().until(() -> other.revoked("new"));
        assertThat(other.revoked("old")).isFalse();

        StepVerifier.create(database.changes().announce(Changes.Topic.ALL)).verifyComplete();
        await().until(() -> other.revoked("old"));
    }

    /** Nobody is recognised by a session of MCP. */
    @Test
    void anEndedSessionMakesNobodyDecideAgain() {
        List<Changes.Topic> swaps = new CopyOnWriteArrayList<>();
        following.add(database.changes().swaps().subscribe(swaps::add));

        StepVerifier.create(revocations.revoke("session:a", LATER)).verifyComplete();
        assertThat(revocations.revoked("session:a")).isTrue();
        await().until(() -> swaps.equals(List.of(Changes.Topic.ENDED_SESSIONS)));

        StepVerifier.create(revocations.revoke("a", LATER)).verifyComplete();
        await().until(() -> swaps.equals(List.of(Changes.Topic.ENDED_SESSIONS, Changes.Topic.REVOCATIONS)));
    }

    @Test
    void whatHasEndedByItselfIsForgotten() {
        StepVerifier.create(revocations.revoke("old", LONG_AGO).then(revocations.revoke("new", LATER)))
                .verifyComplete();

        StepVerifier.create(revocations.forget().then(revocations.forgetHere())).verifyComplete();

        assertThat(revocations.revoked("old")).isFalse();
        assertThat(revocations.revoked("new")).isTrue();
        assertThat(Schema.revoked(database.address())).containsOnlyKeys("new");
    }

    private R2dbcRevocations revocations(Map<String, Instant> known) {
        return new R2dbcRevocations(
                database.client(),
                database.transactions(),
                database.changes(),
                Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC),
                known);
    }

    @Test
    void howeverManyHaveEndedNoStatementIsLong() {
        database.crowd("revocations", """
                (digest, expires_at) VALUES (CAST(:key AS VARCHAR), CURRENT_TIMESTAMP - INTERVAL '100' DAY)""");

        var _ = revocations.forget().blockOptional(Duration.ofMinutes(1));

        assertThat(database.rows("revocations")).isZero();
    }
}
