package io.penstock.relay.bulkhead;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.loop.BegunRounds;
import io.penstock.relay.Replicas;
import io.penstock.relay.breaker.SomeBreakers;
import java.lang.reflect.Proxy;
import java.time.Duration;
import reactor.core.publisher.Flux;

/** Bulkheads for tests of what calls through them. */
public final class SomeBulkheads {

    private SomeBulkheads() {}

    /** With room for all calls of a test, on a replica that is alone. */
    public static Bulkheads roomy() {
        var alone = (Replicas) Proxy.newProxyInstance(
                Replicas.class.getClassLoader(), new Class<?>[] {Replicas.class}, (_, _, _) -> Flux.empty());
        return new Bulkheads(
                new BulkheadSettings(100, 100, 50, 50, Duration.ofSeconds(10)),
                SomeBreakers.patient(),
                new GivenUp(alone, new BegunRounds()),
                new SimpleMeterRegistry());
    }
}
