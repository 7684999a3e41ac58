package io.penstock.store.sealed;

import io.penstock.store.sealed.SealedColumn.Lasting;
import io.penstock.vault.KeyRing;
import io.penstock.vault.Vault;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Seals anew, with the key that seals now, what other keys sealed. A value is written only where it still is the one that was read: whoever
 * changes it meanwhile seals with the new key anyway.
 */
final class Rewrap {

    private static final Logger LOG = LoggerFactory.getLogger(Rewrap.class);

    /** So few that no statement is long. */
    private static final int BATCH = 200;

    /** Leaves the pool's other connections to calls. */
    private static final int CONCURRENCY = 2;

    private final DatabaseClient database;
    private final Vault vault;
    private final List<Lasting> columns;

    Rewrap(DatabaseClient database, Vault vault, List<SealedColumn> columns) {
        this.database = database;
        this.vault = vault;
        this.columns = columns.stream()
                .filter(Lasting.class::isInstance)
                .map(Lasting.class::cast)
                .toList();
    }

    /**
     * What became of values.
     *
     * @param renewed those that are sealed with the present key now
     * @param unopened those that open with no key, and were left as they are
     */
    record Outcome(long renewed, long unopened) {

        static final Outcome NOTHING = new Outcome(0, 0);

        Outcome plus(Outcome other) {
            return new Outcome(renewed + other.renewed, unopened + other.unopened);
        }
    }

    private record Row(Object key, byte[] sealed, String context) {}

    /** All columns, one after the other. Never empty. */
    Mono<Outcome> all(byte[] sealing) {
        return Flux.fromIterable(columns)
                .concatMap(column -> column(column, sealing))
                .reduce(Outcome.NOTHING, Outcome::plus);
    }

    private Mono<Outcome> column(Lasting column, byte[] sealing) {
        return page(column, sealing, null)
                .expand(page -> page.size() < BATCH
                        ? Mono.empty()
                        : page(column, sealing, page.getLast().key()))
                .concatMap(
                        page -> Flux.fromIterable(page)
                                .flatMap(row -> renew(column, row), CONCURRENCY)
                                .reduce(Outcome.NOTHING, Outcome::plus),
                        1)
                .reduce(Outcome.NOTHING, Outcome::plus)
                .doOnNext(outcome -> tell(column, outcome));
    }

    private static void tell(Lasting column, Outcome outcome) {
        if (outcome.renewed() > 0) {
            LOG.info(
                    "{} values of {}.{} are sealed with the present key now",
                    outcome.renewed(),
                    column.table(),
                    column.column());
        }
        if (outcome.unopened() > 0) {
            LOG.error(
                    "{} values of {}.{} open with none of the keys, or belong to other rows: they were left as they are",
                    outcome.unopened(),
                    column.table(),
                    column.column());
        }
    }

    private Mono<List<Row>> page(Lasting column, byte[] sealing, @Nullable Object after) {
        String wanted = Stream.concat(Stream.of(column.key(), column.column()), column.others().stream())
                .collect(Collectors.joining(", "));
        var select = database.sql("SELECT " + wanted + " FROM " + column.table() + " WHERE " + column.column()
                        + " IS NOT NULL AND SUBSTRING(" + column.column() + " FROM 1 FOR " + KeyRing.PREFIX
                        + ") <> :sealing" + (after == null ? "" : " AND " + column.key() + " > :after") + " ORDER BY "
                        + column.key() + " LIMIT " + BATCH)
                .bind("sealing", sealing);
        return (after == null ? select : select.bind("after", after))
                .map(row -> row(column, row))
                .all()
                .collectList();
    }

    private static Row row(Lasting column, Readable row) {
        return new Row(
                Objects.requireNonNull(row.get(column.key(), column.keyType())),
                Objects.requireNonNull(row.get(column.column(), byte[].class)),
                column.context().apply(row));
    }

    private Mono<Outcome> renew(Lasting column, Row row) {
        return Mono.defer(() -> {
            byte[] renewed = anew(row);
            return renewed == null
                    ? Mono.just(new Outcome(0, 1))
                    : write(column, row, renewed).map(rows -> new Outcome(rows, 0));
        });
    }

    private byte @Nullable [] anew(Row row) {
        try {
            return vault.seal(vault.open(row.sealed(), row.context()), row.context());
        } catch (Vault.SealBroken _) {
            return null;
        }
    }

    private Mono<Long> write(Lasting column, Row row, byte[] renewed) {
        return database.sql("UPDATE " + column.table() + " SET " + column.column() + " = :renewed WHERE " + column.key()
                        + " = :key AND " + column.column() + " = :before")
                .bind("renewed", renewed)
                .bind("key", row.key())
                .bind("before", row.sealed())
                .fetch()
                .rowsUpdated();
    }
}
