package io.penstock.health;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateway.Condition;
import io.penstock.catalog.Gateway.Status;
import io.penstock.relay.Dialogues.Greeting;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
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
    Condition after(Condition before, Sighting sighting) {
        return switch (sighting) {
            case Sighting.Well well -> well(well.greeting());
            case Sighting.Guarded _ -> guarded(before);
            case Sighting.Ill ill -> ill(before, ill);
        };
    }

    private static Condition well(Greeting greeting) {
        return new Condition(
                true,
                0,
                null,
                greeting.protocolVersion(),
                greeting.transport(),
                greeting.capabilities(),
                greeting.serverInfo());
    }

    /** As healthy as one that answered, and no more is known of it than before. */
    private static Condition guarded(Condition before) {
        return new Condition(
                true,
                0,
                null,
                before.protocolVersion(),
                before.transportInUse(),
                before.capabilities(),
                before.serverInfo());
    }

    private Condition ill(Condition before, Sighting.Ill ill) {
        int failures = Math.min(before.failures(), Integer.MAX_VALUE - 1) + 1;
        boolean stillHealthy = Boolean.TRUE.equals(before.healthy()) && failures < settings.unhealthyThreshold();
        return new Condition(
                stillHealthy,
                failures,
                stillHealthy ? null : ill.error(),
                before.protocolVersion(),
                before.transportInUse(),
                before.capabilities(),
                before.serverInfo());
    }

    /** When to look again: after the interval, or for an unhealthy one at a random moment of a pause that doubles with each failure. */
    Duration next(Gateway gateway, Condition condition) {
        Duration own = gateway.checkInterval();
        Duration interval = own == null ? settings.checkInterval() : own;
        if (!Boolean.FALSE.equals(condition.healthy())) {
            return scaled(interval, 1 - SPREAD * chance.getAsDouble());
        }
        int doublings = Math.clamp(condition.failures() - settings.unhealthyThreshold(), 0, 20);
        Duration pause = shorter(interval.multipliedBy(1L << doublings), longer(interval, settings.longestBackOff()));
        return longer(SHORTEST, scaled(pause, chance.getAsDouble()));
    }

    /** Whether what it offers should be read, by the check that has just been written down: never read, too old, or read before it was away. */
    boolean wantsDiscovery(@Nullable Boolean healthyBefore, Status now) {
        if (!Boolean.TRUE.equals(now.condition().healthy())) {
            return false;
        }
        Instant read = now.discoveredAt();
        return read == null
                || !Boolean.TRUE.equals(healthyBefore)
                || read.plus(settings.discoveryInterval())
                        .isBefore(Objects.requireNonNull(now.lastCheckedAt(), "who is healthy was checked"));
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
