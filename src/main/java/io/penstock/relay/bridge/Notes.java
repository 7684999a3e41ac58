package io.penstock.relay.bridge;

import io.penstock.relay.Replicas;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The notes of all replicas, this one's among them. */
@Component
final class Notes {

    private final Replicas replicas;

    Notes(Replicas replicas) {
        this.replicas = replicas;
    }

    /** Empty when it is on its way, or could not be sent: who missed it finds out later. */
    Mono<Void> tell(Note note) {
        return replicas.tellAll(note.bytes()).onErrorComplete();
    }

    /** Empty when the other replicas have heard what was told before, or are not to be waited for any longer. */
    Mono<Void> heard() {
        return replicas.heard();
    }

    /** What is told from now on. Never completes. Error: where its reader lags far behind. */
    Flux<Note> told() {
        return replicas.told().mapNotNull(Note::read);
    }
}
