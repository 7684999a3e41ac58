package io.penstock.store.sealed;

import io.penstock.store.sealed.Canaries.Singer;
import io.penstock.store.sealed.Holdings.Holding;
import io.penstock.store.sealed.SealedColumn.Lasting;
import io.penstock.vault.KeyRing;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads the whole of every sealed column for a report. */
public final class CountedReport implements VaultReport {

    private static final Logger LOG = LoggerFactory.getLogger(CountedReport.class);

    private final Canaries canaries;
    private final Holdings holdings;
    private final List<SealedColumn> columns;
    private final KeyRing keys;

    public CountedReport(DatabaseClient database, KeyRing keys, List<SealedColumn> columns) {
        this.canaries = new Canaries(database);
        this.holdings = new Holdings(database, columns);
        this.columns = columns;
        this.keys = keys;
    }

    @Override
    public Mono<State> now() {
        return Mono.zip(
                        canaries.all().collectList(),
                        Flux.fromIterable(columns).concatMap(this::tally).collectList())
                .map(both -> state(both.getT1(), both.getT2()));
    }

    /**
     * What is held of a column.
     *
     * @param held null where that could not be counted
     */
    private record Tally(SealedColumn column, @Nullable List<Holding> held) {

        Stream<Holding> holdings() {
            return held == null ? Stream.empty() : held.stream();
        }
    }

    /** What goes by itself may be more than can be counted in the time that a statement has; of everything else one has to know. */
    private Mono<Tally> tally(SealedColumn column) {
        var counted = holdings.count(column).collectList().map(held -> new Tally(column, held));
        return column instanceof Lasting
                ? counted
                : counted.onErrorResume(error -> {
                    LOG.warn(
                            "The values of {}.{} could not be counted: {}",
                            column.table(),
                            column.column(),
                            error.toString());
                    return Mono.just(new Tally(column, null));
                });
    }

    private State state(List<Singer> singers, List<Tally> tallies) {
        var held = tallies.stream().flatMap(Tally::holdings).toList();
        boolean counted = tallies.stream().allMatch(tally -> tally.held() != null);
        Set<String> ids = new LinkedHashSet<>();
        keys.keys().forEach(key -> ids.add(key.id()));
        singers.forEach(singer -> ids.add(singer.keyId()));
        held.forEach(holding -> ids.add(holding.keyId()));
        return new State(
                ids.stream().map(id -> key(id, singers, held, counted)).toList(),
                held.stream()
                        .map(holding -> new HeldValues(
                                column(holding.column()),
                                holding.column() instanceof Lasting,
                                holding.keyId(),
                                holding.values()))
                        .toList(),
                tallies.stream()
                        .filter(tally -> tally.held() == null)
                        .map(tally -> column(tally.column()))
                        .toList());
    }

    private static Column column(SealedColumn column) {
        return new Column(column.table(), column.column());
    }

    private HeldKey key(String id, List<Singer> singers, List<Holding> held, boolean counted) {
        KeyRing.@Nullable Key own = keys.keys().stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .orElse(null);
        boolean chosen = !singers.isEmpty() && singers.getFirst().keyId().equals(id);
        return new HeldKey(
                id,
                own == null ? null : own.origin(),
                own != null && own.seals(),
                chosen,
                singers.stream()
                        .filter(singer -> singer.keyId().equals(id))
                        .findFirst()
                        .map(Singer::seen)
                        .orElse(null),
                held.stream()
                        .filter(holding -> holding.keyId().equals(id))
                        .mapToLong(Holding::values)
                        .sum(),
                counted);
    }
}
