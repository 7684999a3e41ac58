package io.penstock.relay.bridge;

import io.penstock.loop.Rounds;
import io.penstock.relay.session.Session;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The one stream of each session that belongs to no request. A message is said on one stream only (2025-11-25, Streamable HTTP, "Multiple
 * Connections"), and a client whose connection broke off unnoticed comes again on any replica: its newest stream takes over.
 */
@Component
final class NewestStreams {

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Notes notes;
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    NewestStreams(Notes notes, Rounds rounds) {
        this.notes = notes;
        rounds.repeat("relay.sessions.streams", AFTER_FAILURE, follow());
    }

    /** @param name tells it from others of its session */
    private record Open(String name, Sinks.Empty<Void> over) {

        void end() {
            var _ = over.tryEmitEmpty(); // one that was ended before has ended
        }
    }

    /** The session's stream, until it has another one, here or on another replica. */
    <T> Flux<T> over(Session.Held session, Flux<T> stream) {
        return Flux.defer(() -> {
            var mine = new Open(UUID.randomUUID().toString(), Sinks.empty());
            var before = open.put(session.key(), mine);
            if (before != null) {
                before.end();
            }
            Mono<T> told =
                    notes.tell(new Note.Listening(session.key(), mine.name())).then(Mono.empty());
            return Flux.merge(1, stream, told)
                    .takeUntilOther(mine.over().asMono())
                    .doFinally(_ -> open.remove(session.key(), mine));
        });
    }

    /** Endless: ends here what goes on elsewhere. */
    private Mono<Void> follow() {
        return notes.told()
                .ofType(Note.Listening.class)
                .doOnNext(note -> {
                    var mine = open.get(note.session());
                    if (mine != null && !mine.name().equals(note.stream())) {
                        mine.end();
                    }
                })
                .then();
    }
}
