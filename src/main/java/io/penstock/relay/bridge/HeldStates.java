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
                .executor(Runnable::run)
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
        private boolean stale;
        private boolean over;
        private long notes;

        synchronized HeldState state() {
            return state;
        }

        synchronized boolean isCurrent() {
            return known && !stale;
        }

        /** It was written anew: what began to be read before may be older. */
        synchronized void noted() {
            stale = true;
            notes++;
        }

        /** How many notes came until now. */
        synchronized long notes() {
            return notes;
        }

        /** The session has ended. */
        synchronized void end() {
            over = true;
            states.tryEmitComplete().orThrow();
        }

        /** @param since how many notes had come when this began to be read */
        synchronized void is(HeldState now, long since) {
            if (over || (known && since != notes)) {
                return;
            }
            stale = since != notes;
            if (!known || !now.equals(state)) {
                known = true;
                state = now;
                states.tryEmitNext(now).orThrow();
            }
        }
    }

    /** The state as it is; where the database is away what was last known, or a new session's. Never empty. */
    Mono<HeldState> current(Session.Held session) {
        return current(session.key());
    }

    /** The same of the session with that key. */
    Mono<HeldState> current(String key) {
        return Mono.defer(() -> current(key, live(key)));
    }

    private Mono<HeldState> current(String key, Live here) {
        return here.isCurrent()
                ? Mono.just(here.state())
                : read(key, here).onErrorResume(_ -> Mono.fromSupplier(here::state));
    }

    private Mono<HeldState> read(String key, Live here) {
        return Mono.defer(() -> {
            long since = here.notes();
            return rows.find(key).doOnNext(found -> here.is(found, since));
        });
    }

    /** Changes the state on all replicas, whatever is known of it here. Empty when that is written. Error: the database's. */
    Mono<Void> change(Session.Held session, UnaryOperator<HeldState> change) {
        return Mono.defer(() -> {
                    var here = live(session.key());
                    long since = here.notes();
                    return rows.change(session.key(), session.expires(), change)
                            .doOnNext(changed -> here.is(changed.state(), since));
                })
                .filter(HeldSessions.Changed::anew)
                .flatMap(_ -> notes.tell(new Note.StateChanged(session.key())));
    }

    /** The same; empty when no replica goes by what was before, but for one that cannot be reached. */
    Mono<Void> changeEverywhere(Session.Held session, UnaryOperator<HeldState> change) {
        return change(session, change).then(notes.heard());
    }

    /** The state, now and whenever it changes, until the session ends. */
    Flux<HeldState> follow(Session.Held session) {
        return Flux.defer(() -> {
            var here = live(session.key());
            return current(session.key(), here).thenMany(here.states.asFlux());
        });
    }

    /** Ends what follows an ended session here. */
    void end(String key) {
        var here = live.asMap().remove(key);
        if (here != null) {
            here.end();
        }
    }

    /** Forgets an ended session. Empty when done, also where the database is away: it forgets by itself. */
    Mono<Void> forget(String key) {
        return Mono.fromRunnable(() -> end(key)).then(rows.forget(key)).onErrorComplete();
    }

    /** Endless: reads again what another replica has written, and everything after notes were lost. */
    private Mono<Void> follow() {
        return notes.told()
                .doOnNext(this::noted)
                .onBackpressureBuffer() // so that each is noted when it comes, whatever is being read
                .concatMap(
                        note -> switch (note) {
                            case Note.StateChanged changed -> again(changed.session());
                            case Note.Missed _ ->
                                Flux.fromIterable(live.asMap().keySet()).concatMap(this::again);
                            case Note.Cancelled _, Note.Ended _, Note.Listening _ -> Mono.<Void>empty();
                        },
                        1)
                .then();
    }

    private void noted(Note note) {
        switch (note) {
            case Note.StateChanged changed -> {
                var here = live.getIfPresent(changed.session());
                if (here != null) {
                    here.noted();
                }
            }
            case Note.Missed _ -> live.asMap().values().forEach(Live::noted);
            case Note.Cancelled _, Note.Ended _, Note.Listening _ -> {} // no state is concerned
        }
    }

    private Mono<Void> again(String key) {
        var here = live.getIfPresent(key);
        // what cannot be read now stays stale, and is read when it is needed
        return here == null || here.isCurrent()
                ? Mono.empty()
                : read(key, here).then().onErrorComplete();
    }

    private Live live(String key) {
        return live.get(key, _ -> new Live());
    }
}
