package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.loop.Rounds;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.Replicas;
import io.penstock.relay.session.Session;
import io.penstock.wire.ProtocolVersion;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Two replicas with one session. */
class HeldStatesTests {

    private final Session.Held session =
            new Session.Held("sealed", "key", ProtocolVersion.V2025_11_25, "{}", null, Instant.MAX);
    private final Sinks.Many<byte[]> notes = Sinks.many().multicast().directBestEffort();
    private final MemorySessions rows = new MemorySessions();
    private final Slow slow = new Slow();
    private final HeldStates here = states(rows);
    private final HeldStates there = states(slow);

    /** The same rows, read as late as a test says. */
    private final class Slow implements HeldSessions {

        private Mono<Void> until = Mono.empty();

        @Override
        public Mono<HeldState> find(String key) {
            return rows.find(key).flatMap(found -> until.thenReturn(found));
        }

        @Override
        public Mono<Changed> change(String key, Instant expires, UnaryOperator<HeldState> change) {
            return rows.change(key, expires, change);
        }

        @Override
        public Mono<Void> forget(String key) {
            return rows.forget(key);
        }

        @Override
        public Mono<Void> forgetExpired() {
            return Mono.empty();
        }
    }

    private HeldStates states(HeldSessions sessions) {
        var replicas = (Replicas) Proxy.newProxyInstance(
                Replicas.class.getClassLoader(), new Class<?>[] {Replicas.class}, (_, method, arguments) -> {
                    return switch (method.getName()) {
                        case "tellAll" ->
                            Mono.fromRunnable(() -> {
                                var _ = notes.tryEmitNext((byte[]) arguments[0]);
                            });
                        case "heard" -> Mono.empty();
                        case "told" -> notes.asFlux().onBackpressureBuffer();
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
        var rounds = (Rounds) Proxy.newProxyInstance(
                Rounds.class.getClassLoader(), new Class<?>[] {Rounds.class}, (_, method, arguments) -> {
                    if (arguments[0].equals("relay.sessions.follow")) {
                        var _ = ((Mono<?>) arguments[2]).subscribe();
                    }
                    return null;
                });
        var settings = new RelaySettings(
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                DataSize.ofMegabytes(1),
                Duration.ofHours(1),
                false,
                false);
        return new HeldStates(sessions, new Notes(replicas), rounds, settings);
    }

    private static HeldState now(HeldStates states, Session.Held session) {
        return Objects.requireNonNull(states.current(session).block());
    }

    @Test
    void nobodyGoesByAStateThatIsKnownToHaveChanged() {
        assertThat(now(there, session)).isEqualTo(HeldState.NEW);
        Sinks.Empty<Void> read = Sinks.empty();
        slow.until = read.asMono();

        assertThat(here.changeEverywhere(session, state -> state.logging("error"))
                        .blockOptional())
                .isEmpty();

        StepVerifier.create(there.current(session).map(state -> String.valueOf(state.logLevel())))
                .expectSubscription()
                .then(() -> read.tryEmitEmpty().orThrow())
                .expectNext("error")
                .verifyComplete();
    }

    @Test
    void whatBeganToBeReadBeforeTheChangeIsNotKept() {
        Sinks.Empty<Void> read = Sinks.empty();
        assertThat(now(there, session)).isEqualTo(HeldState.NEW);
        slow.until = read.asMono();
        assertThat(here.change(session, state -> state.logging("info")).blockOptional())
                .isEmpty(); // is being read there
        assertThat(here.change(session, state -> state.logging("error")).blockOptional())
                .isEmpty();

        read.tryEmitEmpty().orThrow();

        assertThat(now(there, session).logLevel()).isEqualTo("error");
    }

    @Test
    void whatWasKnownStaysWhileNothingCanBeRead() {
        assertThat(here.change(session, state -> state.logging("info")).blockOptional())
                .isEmpty();
        assertThat(now(there, session).logLevel()).isEqualTo("info");
        slow.until = Mono.error(new IllegalStateException("away"));
        assertThat(here.change(session, state -> state.logging("error")).blockOptional())
                .isEmpty();

        assertThat(now(there, session).logLevel()).isEqualTo("info");
    }

    @Test
    void whoFollowsASessionHearsThatItHasEnded() {
        StepVerifier.create(there.follow(session))
                .expectNext(HeldState.NEW)
                .then(() -> there.end(session.key()))
                .verifyComplete();
    }

    /** What was missed here is written all the same. */
    @Test
    void aChangeIsMadeInWhatIsWrittenAndNotInWhatIsRemembered() {
        assertThat(now(there, session)).isEqualTo(HeldState.NEW);
        assertThat(rows.change(session.key(), session.expires(), state -> state.subscribed("a://b", UUID.randomUUID()))
                        .block())
                .isNotNull();

        assertThat(there.change(session, state -> state.unsubscribed("a://b")).blockOptional())
                .isEmpty();

        assertThat(Objects.requireNonNull(rows.find(session.key()).block()).uris())
                .isEmpty();
    }

    @Test
    void onlyWhatWasWrittenIsToldOf() {
        var told = new ArrayList<Note>();
        var following = notes.asFlux().mapNotNull(Note::read).subscribe(told::add);
        for (int i = 0; i < 2; i++) {
            assertThat(here.change(session, state -> state.logging("info")).blockOptional())
                    .isEmpty();
        }
        following.dispose();

        assertThat(told).containsExactly(new Note.StateChanged(session.key()));
    }
}
