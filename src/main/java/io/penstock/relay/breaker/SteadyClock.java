package io.penstock.relay.breaker;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** Goes on by a second each second, whatever the time of day is set to; tells no time of day. */
final class SteadyClock extends Clock {

    private final LongSupplier nanos;

    /** @param nanos as {@link System#nanoTime} */
    SteadyClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(nanos.getAsLong());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("No time of day, in no zone");
    }
}
