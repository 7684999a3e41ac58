package io.penstock.store.replicas;

import io.penstock.store.Census;
import io.r2dbc.spi.Readable;
import java.time.LocalDateTime;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Counts one table after the other, each only so far that it costs little. */
final class R2dbcCensus implements Census {

    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

    private final DatabaseClient client;

    R2dbcCensus(DatabaseClient client) {
        this.client = client;
    }

    @Override
    public Mono<Figures> now() {
        return Mono.zip(
                        tables().collectList(),
                        migrations().collectList(),
                        audited().collectList())
                .map(all -> new Figures(all.getT1(), all.getT2(), all.getT3()));
    }

    private Flux<Table> tables() {
        return client.sql("SELECT table_name FROM information_schema.tables"
                        + " WHERE table_schema = CURRENT_SCHEMA AND table_type = 'BASE TABLE' ORDER BY table_name")
                .map(row -> text(row, "table_name"))
                .all()
                .filter(name -> PLAIN.matcher(name).matches())
                .collectList()
                .flatMapIterable(names -> names)
                .concatMap(this::count);
    }

    private Mono<Table> count(String table) {
        return client.sql("SELECT COUNT(*) AS held FROM (SELECT 1 AS one FROM " + table + " LIMIT " + (MOST + 1)
                        + ") AS some_rows")
                .map(row -> new Table(table, number(row)))
                .one();
    }

    /** Flyway writes its columns in quotes. */
    private Flux<Migration> migrations() {
        return client.sql("""
                        SELECT "version" AS of_version, "description" AS says, "installed_on" AS done, "success" AS good
                        FROM flyway_schema_history ORDER BY "installed_rank"
                        """)
                .map(row -> new Migration(
                        row.get("of_version", String.class),
                        text(row, "says"),
                        Objects.requireNonNull(row.get("done", LocalDateTime.class)),
                        Boolean.TRUE.equals(row.get("good", Boolean.class))))
                .all();
    }

    private Flux<Audited> audited() {
        return client.sql("SELECT outcome, COUNT(*) AS held FROM audit_trail"
                        + " WHERE created_at > CURRENT_TIMESTAMP - INTERVAL '1' HOUR GROUP BY outcome ORDER BY outcome")
                .map(row -> new Audited(text(row, "outcome"), number(row)))
                .all();
    }

    private static String text(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, String.class));
    }

    private static long number(Readable row) {
        return Objects.requireNonNull(row.get("held", Long.class));
    }
}
