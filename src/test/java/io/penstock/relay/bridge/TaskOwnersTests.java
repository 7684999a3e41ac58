package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.database.Stores;
import io.penstock.relay.bridge.TaskOwners.Task;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.store.Errands;
import io.penstock.vault.Vaults;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Databases.class)
class TaskOwnersTests {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Database database;
    private final TaskOwners here;
    private final TaskOwners there;
    private final Task one;
    private final Task ofAnother;

    TaskOwnersTests(Databases databases) {
        database = databases.fresh();
        here = new R2dbcTaskOwners(database.client(), new Errands(database.client()));
        there = new R2dbcTaskOwners(database.client(), new Errands(database.client()));
        one = new Task(gateway("a"), "7");
        ofAnother = new Task(gateway("b"), "7");
    }

    private UUID gateway(String name) {
        var gateways = Stores.on(database, Vaults.fresh()).gateways();
        return Objects.requireNonNull(gateways.create(Stores.draft(name), "ada").block(PATIENCE))
                .id();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Set<Task> of(TaskOwners owners, String user, Task... tasks) {
        return Objects.requireNonNull(owners.of(Set.of(tasks), user).block(PATIENCE));
    }

    @Test
    void aTaskIsWhoseItIsOnEveryReplica() {
        here.note(one, "ada").block(PATIENCE);

        assertThat(of(there, "ada", one, ofAnother)).containsExactly(one);
        assertThat(of(there, "ada", one)).containsExactly(one);
        assertThat(of(there, "bob", one)).isEmpty();
    }

    @Test
    void itStaysTheirsWhoHadItMadeFirst() {
        here.note(one, "ada").block(PATIENCE);
        there.note(one, "bob").block(PATIENCE);

        assertThat(of(here, "bob", one)).isEmpty();
        assertThat(of(here, "ada", one)).containsExactly(one);
    }

    @Test
    void whatIsLongOverIsForgotten() {
        here.note(one, "ada").block(PATIENCE);
        here.note(ofAnother, "ada").block(PATIENCE);
        var _ = database.client()
                .sql(
                        "UPDATE task_owners SET expires_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND WHERE gateway_id = :id")
                .bind("id", one.gateway())
                .fetch()
                .rowsUpdated()
                .block(PATIENCE);

        here.forgetExpired().block(PATIENCE);

        assertThat(of(there, "ada", one, ofAnother)).containsExactly(ofAnother);
    }

    @Test
    void howeverManyHaveExpiredNoStatementIsLong() {
        database.crowd("task_owners", """
                (gateway_id, digest, user_id, expires_at)
                SELECT id, CAST(:key AS VARCHAR), 'ada', CURRENT_TIMESTAMP - INTERVAL '100' DAY FROM gateways WHERE name = 'a'""");

        var _ = here.forgetExpired().blockOptional(Duration.ofMinutes(1));

        assertThat(database.rows("task_owners")).isZero();
    }
}
