package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.loop.Rounds;
import io.penstock.relay.bridge.RunningCalls.Running;
import io.penstock.relay.session.Sealed;
import io.penstock.relay.session.Session;
import io.penstock.relay.session.SessionTokens;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A session that has calls, a stream and legs on a replica that it is not ended on. */
class EndedSessionsTests {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final Session.Held session =
            new Session.Held("sealed", "key", ProtocolVersion.V2025_11_25, "{}", null, Instant.MAX);
    private final Sealed sealed = new Sealed();
    private final SharedNotes shared = new SharedNotes();
    private final Rounds rounds = shared.rounds();
    private final Notes notes = shared.notes();
    private final List<String> legs = new ArrayList<>();
    private final RunningCalls running = new RunningCalls(notes, rounds);
    private final HeldStates states = new HeldStates(new MemorySessions(), notes, rounds, World.SETTINGS);
    private final SessionTokens tokens = sealed.tokens(World.SETTINGS);
    private final EndedSessions ended = new EndedSessions(
            tokens,
            running,
            states,
            World.legs(
                    (_, _) -> {
                        throw new AssertionError("nothing is opened");
                    },
                    legs::add),
            notes,
            rounds);
    private final Exchange exchange = new Exchange(
            new ScriptedLeg(ProtocolVersion.V2025_11_25),
            new Message.Asked("1", "tools/call", null),
            null,
            null,
            Logs.ALL,
            null);

    private void endsWith(Runnable end) {
        assertThat(running.begin(new Running("key", "1"), exchange)).isTrue();
        StepVerifier.create(states.follow(session))
                .expectNext(HeldState.NEW)
                .then(end)
                .expectComplete()
                .verify(SOON);
        assertThat(exchange.isDisposed()).isTrue();
        assertThat(legs).containsExactly("session|key");
    }

    @Test
    void allOfItEndsWithTheNoteOfItsEnd() {
        endsWith(() -> shared.tell(new Note.Ended("key")));
    }

    @Test
    void allOfItEndsWithTheRowOfItsEndWhereSomebodyWaitsForThat() {
        endsWith(() -> {
            var waiting = ended.of(session).subscribe();
            assertThat(waiting.isDisposed()).isFalse();
            assertThat(tokens.end(session).blockOptional()).isEmpty();
        });
    }

    @Test
    void whoAsksLateFindsItEnded() {
        assertThat(tokens.end(session).blockOptional()).isEmpty();

        endsWith(() -> StepVerifier.create(ended.of(session)).verifyComplete());
    }

    @Test
    void allOfItEndsThoughWhoEndsItDoesNotWait() {
        List<Mono<?>> detached = new ArrayList<>();
        var later = (Rounds) Proxy.newProxyInstance(
                Rounds.class.getClassLoader(), new Class<?>[] {Rounds.class}, (_, method, arguments) -> {
                    if (method.getName().equals("repeat")) {
                        return null;
                    }
                    detached.add((Mono<?>) arguments[1]);
                    return Mono.never();
                });
        var ending = new EndedSessions(tokens, running, states, World.legs((_, _) -> null, legs::add), notes, later);
        assertThat(running.begin(new Running("key", "1"), exchange)).isTrue();

        ending.end(session).subscribe().dispose();
        assertThat(detached)
                .hasSize(1)
                .allSatisfy(work -> assertThat(work.blockOptional()).isEmpty());
        assertThat(exchange.isDisposed()).isTrue();
        assertThat(legs).contains("session|key");
    }

    @Test
    void theEndOfAnotherOneIsNotItsOwn() {
        var other = new Session.Held("another", "other", ProtocolVersion.V2025_11_25, "{}", null, Instant.MAX);
        var waiting = ended.of(session).subscribe();

        assertThat(ended.end(other).blockOptional()).isEmpty();

        assertThat(waiting.isDisposed()).isFalse();
        assertThat(legs).isNotEmpty().allMatch("session|other"::equals);
        waiting.dispose();
    }
}
