package io.penstock.relay.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** An upstream that has failed lately. */
final class Troubled {

    /** For so many pauses all probes may say nothing, before there is another pause and others are let through. */
    private static final int SILENT_PAUSES = 6;

    private static final long REPEATS_COUNT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final CircuitBreaker breaker;
    private final long version;
    private final int mostRepeats;
    private final long silentNanos;
    private final LongSupplier nanos;
    private volatile long entered;
    private long repeatsSince;
    private int repeats;

    /**
     * @param version of the gateway: one that was changed is another upstream
     * @param nanos as {@link System#nanoTime}
     */
    Troubled(String name, long version, BreakerSettings settings, LongSupplier nanos) {
        this.nanos = nanos;
        this.entered = nanos.getAsLong();
        this.repeatsSince = entered;
        this.version = version;
        this.mostRepeats = settings.repeats();
        this.silentNanos = settings.pause().multipliedBy(SILENT_PAUSES).toNanos();
        this.breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindow(settings.calls(), settings.calls(), SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(settings.failureRate())
                        .waitDurationInOpenState(settings.pause())
                        .permittedNumberOfCallsInHalfOpenState(settings.probes())
                        .writableStackTraceEnabled(false)
                        .clock(new SteadyClock(nanos))
                        .build());
    }

    boolean isOf(long gatewayVersion) {
        return version == gatewayVersion;
    }

    /** Whether a call may begin; what comes of it is to be told by one of the next three. */
    boolean enter() {
        long now = nanos.getAsLong();
        if (breaker.tryAcquirePermission()) {
            entered = now;
            return true;
        }
        if (breaker.getState() == CircuitBreaker.State.HALF_OPEN && now - entered > silentNanos) {
            breaker.transitionToOpenState();
        }
        return false;
    }

    void succeeded() {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    void failed(Throwable error) {
        breaker.onError(0, TimeUnit.NANOSECONDS, error);
    }

    /** The call ended without telling anything of the upstream. */
    void left() {
        breaker.releasePermission();
    }

    /** Whether nothing of it is left in what is looked at. */
    boolean isOver() {
        return breaker.getState() == CircuitBreaker.State.CLOSED
                && breaker.getMetrics().getNumberOfFailedCalls() == 0;
    }

    /** Whether one more call may be sent again. */
    synchronized boolean repeat() {
        long now = nanos.getAsLong();
        if (now - repeatsSince > REPEATS_COUNT_NANOS) {
            repeatsSince = now;
            repeats = 0;
        }
        return breaker.getState() == CircuitBreaker.State.CLOSED && ++repeats <= mostRepeats;
    }

    Circuit circuit() {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> Circuit.OPEN;
            case HALF_OPEN -> Circuit.HALF_OPEN;
            case CLOSED, DISABLED, METRICS_ONLY -> Circuit.CLOSED;
        };
    }
}
