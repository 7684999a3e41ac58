package io.penstock.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The audit trail. */
public interface Trail {

    /** Something that somebody did or was refused. */
    record Entry(
            String userEmail,
            String source,
            String action,
            String resourceType,
            @Nullable String resourceId,
            Outcome outcome,
            @Nullable String detail,
            String correlationId) {

        /** The user of an entry whose caller was not identified. */
        public static final String UNKNOWN = "unknown";

        /** The user of an entry of what the settings had done: who made the first administrator. */
        public static final String SETTING = "PLATFORM_ADMIN_EMAIL";

        /** The source of an entry whose caller was not identified. */
        public static final String NO_SOURCE = "none";
    }

    /** How it ended. */
    enum Outcome {
        SUCCESS,
        REFUSED,
        FAILED
    }

    /** An entry as it was stored. */
    record Recorded(UUID id, Instant time, Entry entry) {}

    /** Writes an entry, in the surrounding transaction where there is one. Empty when written. */
    Mono<Void> record(Entry entry);

    /**
     * Notes an entry without waiting for the database: for calls. Bounded; what does not fit is counted and logged. Of what one user was refused
     * a few a minute are kept, with a count of those that were left out.
     */
    void note(Entry entry);

    /**
     * As {@link #note(Entry)}, of somebody who was not identified: a few a minute from one network.
     *
     * @param network where the request came from
     */
    void note(Entry entry, Object network);

    /** Newest first; null does not narrow. */
    Flux<Recorded> list(Query query, int limit);

    /** What a listing is narrowed to. */
    record Query(
            @Nullable String userEmail,
            @Nullable String action,
            @Nullable String resourceType,
            @Nullable String resourceId,
            @Nullable Outcome outcome,
            @Nullable Instant since,
            @Nullable Instant beforeTime,
            @Nullable UUID beforeId) {}
}
