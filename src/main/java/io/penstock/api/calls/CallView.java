package io.penstock.api.calls;

import io.penstock.audit.call.CallBook.Recorded;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one hour that were alike, as clients read them.
 *
 * @param name the tool, prompt or resource; null where none is named
 * @param reason why they were not carried out; null where they were
 * @param rules what allowed or refused the first of them
 * @param calls how many
 * @param meanMillis how long one took on average, until the end of the reply
 */
public record CallView(
        UUID id,
        Instant beganAt,
        Instant lastAt,
        String userEmail,
        String source,
        String address,
        @Nullable String agent,
        String targetKind,
        @Nullable String target,
        String method,
        @Nullable String name,
        String outcome,
        @Nullable String reason,
        String rules,
        long calls,
        double meanMillis,
        double maxMillis) {

    public static CallView of(Recorded calls) {
        return new CallView(
                calls.id(),
                calls.began(),
                calls.last(),
                calls.user(),
                calls.source(),
                calls.address(),
                orNull(calls.agent()),
                calls.targetKind(),
                orNull(calls.target()),
                calls.method(),
                orNull(calls.name()),
                calls.outcome().name().toLowerCase(Locale.ROOT),
                orNull(calls.reason()),
                calls.rules(),
                calls.calls(),
                millis(calls.micros()) / Math.max(1, calls.calls()),
                millis(calls.maxMicros()));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static double millis(long micros) {
        return micros / 1000.0;
    }
}
