package io.penstock.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Keepsakes as rows of {@code upstream_sessions}. */
final class R2dbcKeepsakes implements Keepsakes {

    /** Whoever says that it is another client each time has a session for each, and must not fill the table with them. */
    private static final int MOST_OF_ONE = 1_000;

    private static final String FORGET = Sweep.batch("upstream_sessions", "digest", "expires_at <= CURRENT_TIMESTAMP");

    private final DatabaseClient client;
    private final int mostOfOne;

    R2dbcKeepsakes(DatabaseClient client) {
        this(client, MOST_OF_ONE);
    }

    /** @param mostOfOne how many an owner may have */
    R2dbcKeepsakes(DatabaseClient client, int mostOfOne) {
        this.client = client;
        this.mostOfOne = mostOfOne;
    }

    @Override
    public Mono<Boolean> put(String digest, String owner, byte[] sealed, Instant until) {
        return changed(client.sql("DELETE FROM upstream_sessions WHERE digest = $1 AND expires_at <= CURRENT_TIMESTAMP")
                        .bind(0, digest))
                .then(changed(client.sql("""
                                INSERT INTO upstream_sessions (digest, owner, sealed, expires_at)
                                SELECT CAST($1 AS VARCHAR), CAST($2 AS VARCHAR), CAST($3 AS BYTEA),
                                    CAST($4 AS TIMESTAMP(6) WITH TIME ZONE)
                                WHERE (
                                    SELECT COUNT(*) FROM upstream_sessions
                                    WHERE owner = $2 AND expires_at > CURRENT_TIMESTAMP) < $5
                                ON CONFLICT DO NOTHING
                                """)
                        .bind(0, digest)
                        .bind(1, owner)
                        .bind(2, sealed)
                        .bind(3, until.truncatedTo(ChronoUnit.MICROS))
                        .bind(4, mostOfOne)))
                .map(rows -> rows == 1);
    }

    @Override
    public Mono<byte[]> find(String digest) {
        return client.sql("SELECT sealed FROM upstream_sessions WHERE digest = $1 AND expires_at > CURRENT_TIMESTAMP")
                .bind(0, digest)
                .map(row -> Objects.requireNonNull(row.get("sealed", byte[].class)))
                .one();
    }

    @Override
    public Mono<Void> remove(String digest, byte[] sealed) {
        return changed(client.sql("DELETE FROM upstream_sessions WHERE digest = $1 AND sealed = $2")
                        .bind(0, digest)
                        .bind(1, sealed))
                .then();
    }

    @Override
    public Mono<Void> removeAll(String owner) {
        return changed(client.sql("DELETE FROM upstream_sessions WHERE owner = $1")
                        .bind(0, owner))
                .then();
    }

    /** One round: removes what has expired. */
    Mono<Void> forget() {
        return Sweep.all(client.sql(FORGET));
    }

    private static Mono<Long> changed(DatabaseClient.GenericExecuteSpec statement) {
        return statement.fetch().rowsUpdated();
    }
}
