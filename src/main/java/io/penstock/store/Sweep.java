package io.penstock.store;

import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Deletes the rows that nobody wants any more, a batch at a time: one statement for all would fail by the time limit of statements as soon as
 * there are too many of them, and then each time.
 */
public final class Sweep {

    private static final int BATCH = 1_000;

    private Sweep() {}

    /**
     * A statement that deletes some of those rows.
     *
     * @param key the columns that name a row; of several, give fewer rows at a time
     * @param condition which rows; best by a column that has an index
     */
    public static String batch(String table, String key, String condition) {
        return batch(table, key, condition, BATCH);
    }

    /**
     * As {@link #batch(String, String, String)}.
     *
     * @param rows how many at a time; fewer than usual where others go with each
     */
    public static String batch(String table, String key, String condition, int rows) {
        // H2 selects anew at each row of the table, where rows are sorted or columns stand in parentheses
        String named = key.contains(",") ? "(" + key + ")" : key;
        return "DELETE FROM " + table + " WHERE " + named + " IN (SELECT " + key + " FROM " + table + " WHERE "
                + condition + " LIMIT " + rows + ")";
    }

    /** Repeats the statement until it finds nothing more. How many rows each batch had; never empty. */
    public static Flux<Long> batches(GenericExecuteSpec batch) {
        return Mono.defer(() -> batch.fetch().rowsUpdated()).repeat().takeUntil(deleted -> deleted == 0);
    }

    /** As {@link #batches}, for who does not count. */
    public static Mono<Void> all(GenericExecuteSpec batch) {
        return batches(batch).then();
    }
}
