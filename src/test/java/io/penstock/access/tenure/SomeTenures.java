package io.penstock.access.tenure;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.access.Permits;
import io.penstock.loop.NoRounds;
import io.penstock.store.StillChanges;
import reactor.core.publisher.Mono;

/** Tenures for tests of what goes on by them. */
public final class SomeTenures {

    private SomeTenures() {}

    /** Under which nothing that calls are decided by ever changes. */
    public static Tenures endless() {
        return new Tenures(
                _ -> Mono.never(), Permits.gate(), new StillChanges(), new NoRounds(), new SimpleMeterRegistry());
    }
}
