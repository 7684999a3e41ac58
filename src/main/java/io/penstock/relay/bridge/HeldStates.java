package io.penstock.relay.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.loop.Rounds;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.session.Session;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The state of each session that the gateway holds: written for all replicas, kept in the memory of those that serve it. */
@Component
final class HeldStates {

    private static final int MOST = 100_000;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration CLEANUP = Duration.ofHours(1);

    private final HeldSessions rows;
    private final Notes notes;
    private final Cache<String, Live> live;

    HeldStates(HeldSessions rows, Notes notes, Rounds rounds, RelaySettings settings) {
        this.rows = rows;
        this.notes = notes;
        this.live = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(settings.sessionLifetime())
                .build();
        rounds.repeat("relay.sessions.follow", AFTER_FAILURE, follow());
        rounds.repeat("relay.sessions.forget", CLEANUP, Mono.defer(rows::forgetExpired));
    }

    /** A session's state and who follows it. */
    private static final class Live {

        private final Sinks.Many<HeldState> states = Sinks.many().replay().latest();
        private HeldState state = HeldState.NEW;
        private boolean known;

        synchronized HeldState state() {
            return state;
        }

        synchronized boolean isKnown() {
            return known;
        }

        synchronized void is(HeldState now) {
            if (!known || !now.equals(state)) {
                known = true;
                state = now;
                states.tryEmitNext(now).orThrow();
            }
        }
    }

    /** The state as it is; a new session's where the database is away. Never empty. */
    Mono<HeldState> current(Session.Held session) {
        return Mono.defer(() -> {
            var here = live(session.key());
            return here.isKnown()
                    ? Mono.just(here.state())
                    : rows.find(session.key()).doOnNext(here::is).onErrorReturn(HeldState.NEW);
        });
    }

    /** Changes the state on all replicas. Empty when that is written. Error: the database's. */
    Mono<Void> change(Session.Held session, UnaryOperator<HeldState> change) {
        return current(session)
                .filter(now -> !change.apply(now).equals(now))
                .flatMap(_ -> rows.change(session.key(), session.expires(), change))
                .flatMap(changed -> {
                    live(session.key()).is(changed);
                    return notes.tell(new Note.StateChanged(session.key()));
                });
    }

    /** The state, now and whenever it changes, until cancelled. */
    Flux<HeldState> follow(Session.Held session) {
        return current(session)
                .thenMany(Flux.defer(() -> live(session.key()).states.asFlux()));
    }

    /** Forgets an ended session. Empty when done, also where the database is away: it forgets by itself. */
    Mono<Void> forget(Session.Held session) {
        return Mono.fromRunnable(() -> live.invalidate(session.key()))
                .then(rows.forget(session.key()))
                .onErrorComplete();
    }

    /** Endless: reads again what another replica has written, and everything after notes were lost. */
    private Mono<Void> follow() {
        return notes.told()
                .concatMap(
                        note -> switch (note) {
                            case Note.StateChanged changed -> again(changed.session());
                            case Note.Missed _ ->
                                Flux.fromIterable(live.asMap().keySet()).concatMap(this::again);
                            case Note.Cancelled _, Note.Ended _ -> Mono.<Void>empty();
                        },
                        1)
                .then();
    }

    private Mono<Void> again(String key) {
        var here = live.getIfPresent(key);
        return here == null ? Mono.empty() : rows.find(key).doOnNext(here::is).then();
    }

    private Live live(String key) {
        return live.get(key, _ -> new Live());
    }
}
