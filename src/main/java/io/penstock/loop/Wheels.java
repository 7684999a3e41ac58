package io.penstock.loop;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import reactor.core.scheduler.Schedulers;

/** A wheel for each event loop, so that whatever is visited is visited on its own loop. */
public final class Wheels {

    private final Duration round;
    private final ConcurrentMap<ScheduledExecutorService, Wheel> wheels = new ConcurrentHashMap<>();

    /** @param round how long it takes until each seat was visited */
    public Wheels(Duration round) {
        this.round = round;
    }

    /**
     * The loop's.
     *
     * @param loop has one thread
     * @param isHere whether the calling thread is that one
     */
    public Wheel of(ScheduledExecutorService loop, BooleanSupplier isHere) {
        Wheel known = wheels.get(loop);
        return known == null
                ? wheels.computeIfAbsent(loop, _ -> new Wheel(Schedulers.fromExecutorService(loop), isHere, round))
                : known;
    }
}
