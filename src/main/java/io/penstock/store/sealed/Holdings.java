package io.penstock.store.sealed;

import io.penstock.store.sealed.SealedColumn.Lasting;
import io.penstock.store.sealed.SealedColumn.Passing;
import io.penstock.vault.KeyRing;
import io.r2dbc.spi.Readable;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;

/** Counts sealed values by the key that sealed them. */
final class Holdings {

    /** Base64 of the bytes that name the key and of one more. */
    private static final int LETTERS = 8;

    private final DatabaseClient database;
    private final List<SealedColumn> columns;

    Holdings(DatabaseClient database, List<SealedColumn> columns) {
        this.database = database;
        this.columns = columns;
    }

    /** How many values of a column one key sealed. */
    record Holding(SealedColumn column, String keyId, long values) {}

    /** Reads the columns, one after the other. */
    Flux<Holding> count() {
        return Flux.fromIterable(columns).concatMap(this::count);
    }

    /** Reads that column. */
    Flux<Holding> count(SealedColumn column) {
        return switch (column) {
            case Lasting _ ->
                beginnings(column, KeyRing.PREFIX)
                        .map(row -> new Holding(column, KeyRing.idOf(beginning(row, byte[].class)), number(row)))
                        .all();
            case Passing(var _, var _, boolean text)
            when text ->
                beginnings(column, LETTERS)
                        .map(row -> new Holding(column, decoded(beginning(row, String.class)), number(row)))
                        .all()
                        .collect(Collectors.groupingBy(Holding::keyId, Collectors.summingLong(Holding::values)))
                        .flatMapIterable(sums -> sums.entrySet().stream()
                                .map(sum -> new Holding(column, sum.getKey(), sum.getValue()))
                                .toList());
            case Passing _ ->
                beginnings(column, KeyRing.PREFIX)
                        .map(row -> new Holding(column, KeyRing.idOf(beginning(row, byte[].class)), number(row)))
                        .all();
        };
    }

    private DatabaseClient.GenericExecuteSpec beginnings(SealedColumn column, int length) {
        return database.sql(
                "SELECT beginning, COUNT(*) AS held FROM (SELECT SUBSTRING(" + column.column() + " FROM 1 FOR " + length
                        + ") AS beginning FROM " + column.table() + " WHERE " + column.column()
                        + " IS NOT NULL) AS sealed_values GROUP BY beginning");
    }

    private static <T> T beginning(Readable row, Class<T> type) {
        return Objects.requireNonNull(row.get("beginning", type));
    }

    private static long number(Readable row) {
        return Objects.requireNonNull(row.get("held", Long.class));
    }

    private static String decoded(String letters) {
        try {
            return KeyRing.idOf(Base64.getDecoder().decode(letters));
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }
}
