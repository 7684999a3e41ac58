package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The way in which due rows are claimed, on the schema: {@code SKIP LOCKED} and an update in one short transaction. */
@ParameterizedClass
@EnumSource(Databases.class)
class LeasesTests {

    private static final int ROWS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Database database;

    LeasesTests(Databases databases) {
        database = databases.fresh();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void noDueRowIsHandedOutTwice() {
        var _ = Flux.range(0, ROWS).concatMap(this::insert).blockLast(PATIENCE);

        List<UUID> claimed = Flux.range(0, 15)
                .flatMap(replica -> claim(String.valueOf(replica), 3).subscribeOn(Schedulers.parallel()), 8)
                .collectList()
                .block(PATIENCE);

        assertThat(claimed).doesNotHaveDuplicates();
        List<UUID> late = claim("late", ROWS).collectList().block(PATIENCE);
        assertThat(claimed).doesNotContainAnyElementsOf(late);
        assertThat(new HashSet<>(claimed).size() + late.size()).isEqualTo(ROWS);
    }

    @Test
    void anExpiredLeaseIsHandedOutAgain() {
        var _ = insert(0).block(PATIENCE);
        List<UUID> first = claim("a", 1).collectList().block(PATIENCE);

        assertThat(claim("b", 1).collectList().block(PATIENCE)).isEmpty();
        var _ = database.client()
                .sql("UPDATE gateways SET lease_until = CURRENT_TIMESTAMP - INTERVAL '1' SECOND")
                .fetch()
                .rowsUpdated()
                .block(PATIENCE);

        assertThat(claim("b", 1).collectList().block(PATIENCE)).isEqualTo(first);
    }

    private Flux<UUID> claim(String owner, int limit) {
        Mono<List<UUID>> due = database.client()
                .sql("""
                        SELECT id FROM gateways
                        WHERE enabled AND next_check_at <= CURRENT_TIMESTAMP
                          AND (lease_until IS NULL OR lease_until < CURRENT_TIMESTAMP)
                        ORDER BY next_check_at LIMIT %d FOR UPDATE SKIP LOCKED""".formatted(limit))
                .map(row -> row.get("id", UUID.class))
                .all()
                .collectList();
        return database.transactions()
                .run(due.delayUntil(ids -> ids.isEmpty() ? Mono.empty() : lease(owner, ids)))
                .flatMapIterable(ids -> ids);
    }

    private Mono<Long> lease(String owner, List<UUID> ids) {
        return database.client()
                .sql("UPDATE gateways SET lease_owner = $1, lease_until = CURRENT_TIMESTAMP + INTERVAL '20' SECOND"
                        + " WHERE id = ANY($2)")
                .bind(0, owner)
                .bind(1, ids.toArray(UUID[]::new))
                .fetch()
                .rowsUpdated();
    }

    private Mono<Long> insert(int number) {
        return database.client()
                .sql("""
                        INSERT INTO gateways (id, name, slug, url, transport, auth_type, auth_shown, visibility, owner, tags,
                            passthrough_headers, enabled)
                        VALUES ($1, $2, $2, 'https://example.com', 'AUTO', 'none', '{}', 'PUBLIC', 'alice', $3, $3, TRUE)""")
                .bind(0, UUID.randomUUID())
                .bind(1, "gateway-" + number)
                .bind(2, new String[] {"a", "b"})
                .fetch()
                .rowsUpdated();
    }
}
