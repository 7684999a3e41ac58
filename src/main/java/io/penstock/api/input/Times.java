package io.penstock.api.input;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** What a time must be to be stored and compared: databases end somewhere. */
final class Times {

    static final String WANTED = "must be a time from 1970 to 9999 such as 2026-01-31T12:00:00Z";

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private Times() {}

    static boolean storable(Instant time) {
        return !time.isBefore(Instant.EPOCH) && !time.isAfter(LATEST);
    }

    /** A time with its offset (RFC 3339); null where it is something else, or not storable. */
    static @Nullable Instant read(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return storable(time) ? time : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
