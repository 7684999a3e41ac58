package io.penstock.health;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateway.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a look at an upstream makes of its status, and when to look again.
 *
 * @param chance from 0 to 1, so that upstreams that failed together are not checked together
 */
record Prognosis(HealthSettings settings, DoubleSupplier chance) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** A regular check comes up to this share early, never late. */
    private static final double SPREAD = 0.1;

    /** The first failure of one that was never well counts at once, others in a row; one success mends everything. */
    Status after(Status before, Sighting sighting, Instant now) {
        return switch (sighting) {
            case Sighting.Well well -> well(before, well, now);
            case Sighting.Guarded _ -> guarded(before, now);
            case Sighting.Ill ill -> ill(before, ill, now);
        };
    }

    private static Status well(Status before, Sighting.Well well, Instant now) {
        var greeting = well.greeting();
        return new Status(
                true,
                0,
                null,
                now,
                now,
                greeting.protocolVersion(),
                greeting.transport(),
                greeting.capabilities(),
                greeting.serverInfo(),
                before.discoveredAt());
    }

    /** As healthy as one that answered, and no more is known of it than before. */
    private static Status guarded(Status before, Instant now) {
        return new Status(
                true,
                0,
                null,
                now,
                now,
                before.protocolVersion(),
                before.transportInUse(),
                before.capabilities(),
                before.serverInfo(),
                before.discoveredAt());
    }

    private Status ill(Status before, Sighting.Ill ill, Instant now) {
        int failures = Math.min(before.failures(), Integer.MAX_VALUE - 1) + 1;
        boolean stillHealthy = Boolean.TRUE.equals(before.healthy()) && failures < settings.unhealthyThreshold();
        return new Status(
                stillHealthy,
                failures,
                stillHealthy ? null : ill.error(),
                now,
                before.lastSeenAt(),
                before.protocolVersion(),
                before.transportInUse(),
                before.capabilities(),
                before.serverInfo(),
                before.discoveredAt());
    }

    /** When to look again: after the interval, or for an unhealthy one at a random moment of a pause that doubles with each failure. */
    Duration next(Gateway gateway, Status status) {
        Duration own = gateway.checkInterval();
        Duration interval = own == null ? settings.checkInterval() : own;
        if (!Boolean.FALSE.equals(status.healthy())) {
            return scaled(interval, 1 - SPREAD * chance.getAsDouble());
        }
        int doublings = Math.clamp(status.failures() - settings.unhealthyThreshold(), 0, 20);
        Duration pause = shorter(interval.multipliedBy(1L << doublings), longer(interval, settings.longestBackOff()));
        return longer(SHORTEST, scaled(pause, chance.getAsDouble()));
    }

    /** Whether what it offers should be read: never read, too old, or read before it was away. */
    boolean wantsDiscovery(@Nullable Boolean healthyBefore, Status now, Instant moment) {
        Instant read = now.discoveredAt();
        return Boolean.TRUE.equals(now.healthy())
                && (read == null
                        || !Boolean.TRUE.equals(healthyBefore)
                        || read.plus(settings.discoveryInterval()).isBefore(moment));
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofMillis((long) (duration.toMillis() * factor));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
