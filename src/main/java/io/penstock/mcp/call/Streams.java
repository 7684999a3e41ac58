package io.penstock.mcp.call;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/** The streams that stay open for as long as their clients like: how many there are, and that no caller takes all of them. */
@Component
final class Streams {

    private static final Duration LATER = Duration.ofSeconds(30);

    private final Map<Object, Integer> open = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();
    private final int mostPerCaller;

    Streams(McpSettings settings, MeterRegistry registry) {
        this.mostPerCaller = settings.streamsPerCaller();
        Gauge.builder("penstock.streams.active", all, AtomicInteger::get)
                .description("Open-ended streams to clients")
                .register(registry);
    }

    /**
     * Counts one more for the caller; {@link #close} it on every path.
     *
     * @throws Refusal {@code TooMany} where the caller has as many as one may have
     */
    void open(Object whom) {
        int count = open.merge(whom, 1, Integer::sum);
        all.incrementAndGet();
        if (count > mostPerCaller) {
            close(whom);
            throw new Refusal(new Reason.TooMany(
                    "You have " + mostPerCaller + " open streams, as many as one caller may have: close one", LATER));
        }
    }

    void close(Object whom) {
        all.decrementAndGet();
        open.computeIfPresent(whom, (_, count) -> count == 1 ? null : count - 1);
    }
}
