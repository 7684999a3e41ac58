package io.penstock.store.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.store.Changes.Topic;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Announcements between two replicas. */
class PostgresChangesTests {

    private final Database here = Databases.POSTGRESQL.fresh();
    private final Database there = here.again();
    private final List<Topic> heard = new CopyOnWriteArrayList<>();

    /** A first announcement that arrives shows that it is listened to. */
    @BeforeEach
    void listen() {
        var _ = there.changes().announced().subscribe(heard::add);
        await().untilAsserted(() -> {
            StepVerifier.create(here.changes().announce(Topic.FEATURES)).verifyComplete();
            assertThat(heard).contains(Topic.FEATURES);
        });
        // they arrive in order: behind this one comes none of those before, nor the word that the connection is there
        StepVerifier.create(here.changes().announce(Topic.SERVERS)).verifyComplete();
        await().untilAsserted(() -> assertThat(heard).contains(Topic.SERVERS));
        heard.clear();
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    @Test
    void anotherReplicaHearsIt() {
        StepVerifier.create(here.changes().announce(Topic.GATEWAYS)).verifyComplete();

        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(heard).contains(Topic.GATEWAYS));
    }

    @Test
    void aLostConnectionIsMadeAgainAndEverythingMayHaveChanged() {
        await().until(() -> listeners().size() == 2);
        List<Integer> before = listeners();

        here.client()
                .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND pid <> pg_backend_pid() AND (query LIKE 'LISTEN %' OR query LIKE '%pg_listening%')")
                .fetch()
                .all()
                .then(here.changes().announce(Topic.GATEWAYS))
                .block(Duration.ofSeconds(10));

        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(heard).contains(Topic.ALL));
        await().atMost(Duration.ofSeconds(15)) // the other replica's may come later than what was heard
                .untilAsserted(() -> assertThat(listeners()).hasSize(2).doesNotContainAnyElementsOf(before));
        heard.clear();
        StepVerifier.create(here.changes().announce(Topic.REVOCATIONS)).verifyComplete();
        await().untilAsserted(() -> assertThat(heard).contains(Topic.REVOCATIONS));
    }

    @Test
    void aTopicOfANewerReplicaMayConcernAnything() {
        var _ = here.client()
                .sql("SELECT pg_notify('penstock_changes', 'SOMETHING_NEW')")
                .fetch()
                .all()
                .blockLast(Duration.ofSeconds(10));

        await().untilAsserted(() -> assertThat(heard).containsExactly(Topic.ALL));
    }

    private List<Integer> listeners() {
        return here.client()
                .sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND pid <> pg_backend_pid() AND (query LIKE 'LISTEN %' OR query LIKE '%pg_listening%')")
                .map(row -> row.get(0, Integer.class))
                .all()
                .collectList()
                .block(Duration.ofSeconds(10));
    }
}
