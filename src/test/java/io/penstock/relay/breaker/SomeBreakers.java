package io.penstock.relay.breaker;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.catalog.snapshot.SwappedCatalog;
import io.penstock.loop.NoRounds;
import java.time.Duration;

/** Breakers for tests of what calls through them. */
public final class SomeBreakers {

    private SomeBreakers() {}

    /** That never stop a call in the short life of a test. */
    public static Breakers patient() {
        var settings = new BreakerSettings(10_000, 100, Duration.ofSeconds(5), 3, 10_000);
        return new Breakers(settings, new SimpleMeterRegistry(), new SwappedCatalog(Snapshots.of()), new NoRounds());
    }
}
