package io.penstock.store;

import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Idempotency keys as rows. */
final class R2dbcIdempotencyKeys implements IdempotencyKeys {

    private static final String FORGET = Sweep.batch(
            "idempotency_keys",
            "user_name, idempotency_key",
            "created_at < CURRENT_TIMESTAMP - INTERVAL '24' HOUR",
            100);

    private final DatabaseClient client;

    R2dbcIdempotencyKeys(DatabaseClient client) {
        this.client = client;
    }

    @Override
    public Mono<Made> find(String user, String key) {
        return client.sql("""
                        SELECT fingerprint, resource_id FROM idempotency_keys
                        WHERE user_name = $1 AND idempotency_key = $2
                        """)
                .bind(0, user)
                .bind(1, key)
                .map(row -> new Made(
                        Objects.requireNonNull(row.get("fingerprint", String.class)),
                        row.get("resource_id", UUID.class)))
                .one();
    }

    @Override
    public Mono<Boolean> take(String user, String key, String fingerprint) {
        return client.sql("""
                        INSERT INTO idempotency_keys (user_name, idempotency_key, fingerprint)
                        VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
                        """)
                .bind(0, user)
                .bind(1, key)
                .bind(2, fingerprint)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows == 1);
    }

    @Override
    public Mono<Void> made(String user, String key, UUID resource) {
        return client.sql("""
                        UPDATE idempotency_keys SET resource_id = $1
                        WHERE user_name = $2 AND idempotency_key = $3
                        """)
                .bind(0, resource)
                .bind(1, user)
                .bind(2, key)
                .fetch()
                .rowsUpdated()
                .then();
    }

    /** One round: frees the keys that were taken more than a day ago. */
    Mono<Void> forget() {
        return Sweep.all(client.sql(FORGET));
    }
}
