package io.penstock.catalog.database;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One statement for many rows: prepared once, sent without waiting for each answer. */
final class Batch {

    private static final int ROWS = 200;

    private Batch() {}

    /** @param rows what is bound to {@code $1}, {@code $2}, ...; a {@link Parameter} where it may be null */
    static Mono<Void> run(DatabaseClient database, String sql, List<Object[]> rows) {
        return Flux.fromIterable(rows)
                .buffer(ROWS)
                .concatMap(some -> database.inConnectionMany(connection -> execute(connection, sql, some)))
                .then();
    }

    private static Flux<Long> execute(Connection connection, String sql, List<Object[]> rows) {
        var statement = connection.createStatement(sql);
        for (int i = 0; i < rows.size(); i++) {
            if (i > 0) {
                statement.add();
            }
            bind(statement, rows.get(i));
        }
        return Flux.<Result>from(statement.execute()).concatMap(Result::getRowsUpdated);
    }

    private static void bind(Statement statement, Object[] row) {
        for (int i = 0; i < row.length; i++) {
            statement.bind(i, row[i]);
        }
    }
}
