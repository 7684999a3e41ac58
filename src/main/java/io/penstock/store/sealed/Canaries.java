package io.penstock.store.sealed;

import io.penstock.vault.KeyRing;
import io.penstock.vault.Vault;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Which keys sealed what is in the database, one row each, while the gateway runs. Times are the database's. */
final class Canaries {

    private static final String SEEN = "UPDATE vault_canary SET seen_at = CURRENT_TIMESTAMP WHERE key_id = :key";

    private static final String CHOSEN =
            "UPDATE vault_canary SET chosen_at = CURRENT_TIMESTAMP, seen_at = CURRENT_TIMESTAMP WHERE key_id = :key";

    private static final String INSERT =
            "INSERT INTO vault_canary (key_id, sealed) VALUES (:key, :sealed) ON CONFLICT DO NOTHING";

    /** The one that was chosen last comes first. */
    private static final String ALL = """
            SELECT key_id, sealed, seen_at,
                   CAST(EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - seen_at)) AS DOUBLE PRECISION) AS seconds_silent
            FROM vault_canary ORDER BY chosen_at DESC, key_id
            """;

    private static final String RETIRE = """
            DELETE FROM vault_canary
            WHERE key_id = :key AND seen_at < CURRENT_TIMESTAMP - INTERVAL '1' SECOND * CAST(:seconds AS BIGINT)
            """;

    private final DatabaseClient database;

    Canaries(DatabaseClient database) {
        this.database = database;
    }

    /**
     * A key that sealed.
     *
     * @param seen when a replica last said that it seals with it
     * @param silence how long that is ago
     */
    record Singer(String keyId, byte[] sealed, Instant seen, Duration silence) {}

    /** Says that this replica seals with that key. */
    Mono<Void> sing(Vault vault) {
        return put(SEEN, vault);
    }

    /** Says that it does so from now on: what is sealed with others is to be sealed with it. */
    Mono<Void> choose(Vault vault) {
        return put(CHOSEN, vault);
    }

    private Mono<Void> put(String update, Vault vault) {
        return Mono.defer(() -> {
            byte[] sealed = Canary.sing(vault);
            String key = KeyRing.idOf(sealed);
            return database.sql(update)
                    .bind("key", key)
                    .fetch()
                    .rowsUpdated()
                    .filter(rows -> rows == 0)
                    .flatMap(_ -> database.sql(INSERT)
                            .bind("key", key)
                            .bind("sealed", sealed)
                            .fetch()
                            .rowsUpdated())
                    .then();
        });
    }

    Flux<Singer> all() {
        return database.sql(ALL).map(Canaries::singer).all();
    }

    /** Forgets a key that no replica sealed with for so long. Whether it did. */
    Mono<Boolean> retire(String keyId, Duration silence) {
        return database.sql(RETIRE)
                .bind("key", keyId)
                .bind("seconds", silence.toSeconds())
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    private static Singer singer(Readable row) {
        double silent = Objects.requireNonNull(row.get("seconds_silent", Double.class));
        return new Singer(
                Objects.requireNonNull(row.get("key_id", String.class)),
                Objects.requireNonNull(row.get("sealed", byte[].class)),
                Objects.requireNonNull(row.get("seen_at", OffsetDateTime.class)).toInstant(),
                Duration.ofMillis((long) (silent * 1000)));
    }
}
