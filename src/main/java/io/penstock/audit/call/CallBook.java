package io.penstock.audit.call;

import io.penstock.audit.Trail.Outcome;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The calls that were carried out or refused, counted. */
public interface CallBook {

    /**
     * Calls that were alike, as they are stored.
     *
     * @param claims what the credential said, as the caller's package writes it
     * @param rules what allowed or refused them, when the first of them was decided
     * @param calls how many
     * @param micros how long they took together, until the end of the reply
     */
    record Recorded(
            UUID id,
            Instant began,
            Instant last,
            String user,
            String source,
            String credential,
            String claims,
            String address,
            String agent,
            String targetKind,
            String target,
            String method,
            String name,
            Outcome outcome,
            String reason,
            String rules,
            long calls,
            long micros,
            long maxMicros) {}

    /** What a listing is narrowed to; null does not narrow. */
    record Query(
            @Nullable String user,
            @Nullable String credential,
            @Nullable Outcome outcome,
            @Nullable Instant since,
            @Nullable Instant beforeTime,
            @Nullable UUID beforeId) {

        /** All of them. */
        public static final Query ALL = new Query(null, null, null, null, null, null);
    }

    /**
     * Sums over calls.
     *
     * @param last null where there were none
     */
    record Sums(
            long calls,
            long refused,
            long failed,
            long micros,
            long maxMicros,
            @Nullable Instant last) {}

    /** When the hour began that a call is recorded in which ends now. */
    Instant hour();

    /**
     * Counts a call; memory alone. It is written within seconds, or when the database can be written again.
     *
     * @param nanos how long it took
     * @param claims asked for the first of its kind alone, as is {@code rules}, which looks at memory only
     */
    void note(CallKey key, long nanos, Supplier<String> claims, Supplier<Mono<String>> rules);

    /** Those with the latest call first. */
    Flux<Recorded> list(Query query, int limit);

    /** The sums of those. Never empty. */
    Mono<Sums> sums(Query query);
}
