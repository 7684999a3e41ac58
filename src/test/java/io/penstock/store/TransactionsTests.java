package io.penstock.store;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@ParameterizedClass
@EnumSource(Databases.class)
class TransactionsTests {

    private final Database database;

    TransactionsTests(Databases databases) {
        database = databases.fresh();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatCompletesIsCommitted() {
        StepVerifier.create(database.transactions().run(insert("a")).then(count()))
                .expectNext(1L)
                .verifyComplete();
    }

    @Test
    void whatFailsIsRolledBack() {
        Mono<Void> failing = database.transactions().run(insert("a").then(Mono.error(new IllegalStateException("no"))));

        StepVerifier.create(failing).expectErrorMessage("no").verify();

        StepVerifier.create(count()).expectNext(0L).verifyComplete();
    }

    private Mono<Void> insert(String digest) {
        return database.client()
                .sql("INSERT INTO revocations (digest, expires_at) VALUES ($1, $2)")
                .bind(0, digest)
                .bind(1, Instant.parse("2030-01-01T00:00:00.123456Z"))
                .fetch()
                .rowsUpdated()
                .then();
    }

    private Mono<Long> count() {
        return database.client()
                .sql("SELECT COUNT(*) FROM revocations")
                .map(row -> row.get(0, Long.class))
                .one();
    }
}
