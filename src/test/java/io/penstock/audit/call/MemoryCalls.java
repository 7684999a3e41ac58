package io.penstock.audit.call;

import io.penstock.audit.Trail.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Each call on record at once, as a row of its own. */
public final class MemoryCalls implements CallBook {

    private final List<Recorded> rows = new CopyOnWriteArrayList<>();

    public void clear() {
        rows.clear();
    }

    @Override
    public Instant hour() {
        return Instant.now().truncatedTo(ChronoUnit.HOURS);
    }

    @Override
    public void note(CallKey key, long nanos, Supplier<String> claims, Supplier<Mono<String>> rules) {
        long micros = Duration.ofNanos(nanos).toNanos() / 1000;
        Instant now = Instant.now();
        rows.addFirst(new Recorded(
                UUID.randomUUID(),
                now,
                now,
                key.user(),
                key.source(),
                key.credential(),
                claims.get(),
                key.address().getHostAddress(),
                key.agent(),
                key.targetKind(),
                key.target(),
                key.method(),
                key.name(),
                key.outcome(),
                key.reason(),
                Objects.requireNonNullElse(rules.get().toFuture().getNow(null), ""),
                1,
                micros,
                micros));
    }

    @Override
    public Flux<Recorded> list(Query query, int limit) {
        return Flux.fromIterable(rows).filter(row -> fits(row, query)).take(limit);
    }

    @Override
    public Mono<Sums> sums(Query query) {
        return list(query, Integer.MAX_VALUE)
                .collectList()
                .map(fitting -> new Sums(
                        fitting.size(),
                        count(fitting, Outcome.REFUSED),
                        count(fitting, Outcome.FAILED),
                        fitting.stream().mapToLong(Recorded::micros).sum(),
                        fitting.stream().mapToLong(Recorded::maxMicros).max().orElse(0),
                        fitting.isEmpty() ? null : fitting.getFirst().last()));
    }

    private static long count(List<Recorded> rows, Outcome outcome) {
        return rows.stream().filter(row -> row.outcome() == outcome).count();
    }

    private static boolean fits(Recorded row, Query query) {
        return (query.user() == null || query.user().equals(row.user()))
                && (query.credential() == null || query.credential().equals(row.credential()))
                && (query.outcome() == null || query.outcome() == row.outcome());
    }
}
