package io.penstock.store.sealed;

import io.penstock.store.sealed.Canaries.Singer;
import io.penstock.store.sealed.Holdings.Holding;
import io.penstock.store.sealed.SealedColumn.Lasting;
import io.penstock.vault.KeyRing;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Reads the whole of every sealed column for a report. */
public final class CountedReport implements VaultReport {

    private final Canaries canaries;
    private final Holdings holdings;
    private final KeyRing keys;

    public CountedReport(DatabaseClient database, KeyRing keys, List<SealedColumn> columns) {
        this.canaries = new Canaries(database);
        this.holdings = new Holdings(database, columns);
        this.keys = keys;
    }

    @Override
    public Mono<State> now() {
        return Mono.zip(canaries.all().collectList(), holdings.count().collectList(), this::state);
    }

    private State state(List<Singer> singers, List<Holding> held) {
        Set<String> ids = new LinkedHashSet<>();
        keys.keys().forEach(key -> ids.add(key.id()));
        singers.forEach(singer -> ids.add(singer.keyId()));
        held.forEach(holding -> ids.add(holding.keyId()));
        return new State(
                ids.stream().map(id -> key(id, singers, held)).toList(),
                held.stream()
                        .map(holding -> new HeldValues(
                                holding.column().table(),
                                holding.column().column(),
                                holding.column() instanceof Lasting,
                                holding.keyId(),
                                holding.values()))
                        .toList());
    }

    private HeldKey key(String id, List<Singer> singers, List<Holding> held) {
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
                        .sum());
    }
}
