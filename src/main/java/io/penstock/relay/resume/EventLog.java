package io.penstock.relay.resume;

import java.time.Duration;
import java.util.Collection;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The events of streams as rows: written before they are sent. */
interface EventLog {

    /** One event, by its place in the stream, counted from 1. */
    record Entry(int seq, String message) {}

    /**
     * A stream.
     *
     * @param requestId the id of the request that it answers, as JSON text
     * @param alive whether a replica still writes to it, as far as can be told
     */
    record Stream(UUID id, String sessionKey, String requestId, boolean ended, boolean alive) {}

    /** Begins a stream. Empty when it is written. */
    Mono<Void> open(UUID stream, String sessionKey, String requestId, Duration alive);

    /**
     * Appends an event. Empty when it is written. Error: {@link GivenUp} where the stream has an end already.
     *
     * @param last whether it ends the stream
     */
    Mono<Void> append(UUID stream, Entry entry, boolean last);

    /** Ends a stream without another event; one that has an end keeps that. Empty when it is written. */
    Mono<Void> end(UUID stream);

    /** Says that these streams are still written to. Empty when that is written. */
    Mono<Void> keepAlive(Collection<UUID> streams, Duration alive);

    /** Empty where there is none. */
    Mono<Stream> find(UUID stream);

    /** What comes after that place, in order. While the reader takes its time no connection is held, and no page read ahead. */
    Flux<Entry> after(UUID stream, int seq);

    /** Whether anything comes after that place. Never empty. */
    Mono<Boolean> goesOnAfter(UUID stream, int seq);

    /**
     * Ends a stream that nobody writes to any more, with this message as its last. True for the one who did it; false where it was ended
     * or is alive.
     */
    Mono<Boolean> giveUp(UUID stream, String message);

    /** One round: deletes what is older. Empty when done. */
    Mono<Void> forget(Duration older);

    /** The stream has an end already: a replica took its writer for dead. */
    final class GivenUp extends Exception {

        private static final long serialVersionUID = 1L;

        GivenUp() {
            super("The stream was given up", null, false, false);
        }
    }
}
