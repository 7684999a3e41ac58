package io.penstock.audit;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.audit.Trail.Query;
import io.penstock.store.Database;
import java.time.Clock;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Audit trails for tests of other packages. */
public final class Trails {

    public static final Query ALL = new Query(null, null, null, null, null, null, null, null);

    private Trails() {}

    public static Trail on(Database database) {
        var notes = new Notes(10, new SimpleMeterRegistry());
        return new R2dbcTrail(database.client(), database.transactions(), Clock.systemUTC(), notes, few(), few());
    }

    static Few few() {
        return new Few(10, "of the same", Ticker.systemTicker());
    }

    /** One that takes nothing. */
    public static Trail broken() {
        return new Trail() {
            @Override
            public Mono<Void> record(Entry entry) {
                return Mono.error(new IllegalStateException("nothing is taken"));
            }

            @Override
            public void note(Entry entry) {}

            @Override
            public void note(Entry entry, Object network) {}

            @Override
            public Flux<Recorded> list(Query query, int limit) {
                return Flux.empty();
            }
        };
    }
}
