package io.penstock.ingress.overload;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.penstock.ingress.Pressure;
import io.penstock.ingress.Pressures;
import io.penstock.ingress.Turns;
import io.penstock.loop.Rounds;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Has requests wait for their turn, turns calls away where an event loop has more to do than it can, and all of them where memory runs short. */
@Component
final class Overload implements Pressures {

    private static final Logger LOG = LoggerFactory.getLogger(Overload.class);
    private static final Duration LOOK = Duration.ofMillis(250);

    private static final Reason SHORT = new Reason.Unavailable(
            "The gateway runs short of memory, and begins nothing new: try again later", Duration.ofSeconds(5));

    private final ConcurrentMap<EventLoop, LoopPressure> loops = new ConcurrentHashMap<>();
    private final long delay;
    private final Memory memory;
    private final Counter busy;
    private final Counter full;

    Overload(OverloadSettings settings, MeterRegistry meters, Rounds rounds) {
        this.delay = settings.delay().toNanos();
        this.busy = shed(meters, "busy");
        this.full = shed(meters, "memory");
        var figures = new JvmMemory();
        this.memory = new Memory(settings.memory() / 100.0, figures::heap, figures::direct, System::gc);
        rounds.repeat("memory", LOOK, Mono.fromRunnable(this::look));
        Gauge.builder("penstock.loop.delay", this, overload -> overload.latest() / 1e9)
                .description("How late the event loop is that is the latest")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("penstock.memory.used", figures, JvmMemory::heap)
                .description("The part of the memory that is in use, of the heap after its last collection")
                .tag("area", "heap")
                .register(meters);
        Gauge.builder("penstock.memory.used", figures, JvmMemory::direct)
                .description("The part of the memory that is in use, of the heap after its last collection")
                .tag("area", "direct")
                .register(meters);
    }

    private static Counter shed(MeterRegistry meters, String why) {
        return Counter.builder("penstock.shed")
                .description("Calls that were turned away before anything was done for them")
                .tag("why", why)
                .register(meters);
    }

    private void look() {
        if (memory.look()) {
            LOG.warn("Memory runs short: no call and no stream begins until some is free");
        }
    }

    private double latest() {
        return loops.values().stream()
                .mapToDouble(loop -> loop.delay().late())
                .max()
                .orElse(0);
    }

    @Override
    public Pressure of(EventLoop loop) {
        return at(loop);
    }

    @Override
    public Turns turns(EventLoop loop) {
        return at(loop).turns();
    }

    private LoopPressure at(EventLoop loop) {
        return loops.computeIfAbsent(
                loop, _ -> new LoopPressure(new LoopDelay(delay), loop, System::nanoTime, this::memory, busy));
    }

    @Override
    public Pressure everywhere() {
        return this::byChance;
    }

    private @Nullable Reason byChance() {
        for (LoopPressure loop : loops.values()) {
            double share = loop.delay().share() / loops.size();
            if (share > 0 && ThreadLocalRandom.current().nextDouble() < share) {
                return loop.turnedAway();
            }
        }
        return memory();
    }

    private @Nullable Reason memory() {
        if (!memory.isShort()) {
            return null;
        }
        full.increment();
        return SHORT;
    }
}
