package io.penstock.relay.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.caller.Digest;
import io.penstock.store.Errands;
import io.penstock.store.Sweep;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** One row a task. It never changes, so that whoever asks for a task again and again asks the database once. */
@Component
final class R2dbcTaskOwners implements TaskOwners {

    private static final Duration ROUNDS = Duration.ofHours(1);
    private static final int REMEMBERED = 100_000;

    /** An upstream says itself how long it keeps a task, and may keep it for ever: nobody asks for one that is older. */
    private static final String NOTE = """
            INSERT INTO task_owners (gateway_id, digest, user_id, expires_at)
            VALUES (:gateway, :digest, :user, CURRENT_TIMESTAMP + INTERVAL '30' DAY)
            ON CONFLICT DO NOTHING""";

    /** With the gateways, which the key begins with. */
    private static final String OF = """
            SELECT gateway_id, digest FROM task_owners
            WHERE user_id = :user AND gateway_id = ANY(:gateways) AND digest = ANY(:digests)""";

    private static final String FORGET_EXPIRED =
            Sweep.batch("task_owners", "gateway_id, digest", "expires_at < CURRENT_TIMESTAMP", 100);

    private final DatabaseClient client;
    private final Errands errands;
    private final Cache<Owned, Boolean> known = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(REMEMBERED)
            .build();

    R2dbcTaskOwners(DatabaseClient client, Errands errands) {
        this.client = client;
        this.errands = errands;
    }

    private record Owned(Task task, String user) {}

    private record Row(UUID gateway, String digest) {}

    @Override
    public Mono<Void> note(Task task, String user) {
        return client.sql(NOTE)
                .bind("gateway", task.gateway())
                .bind("digest", digest(task))
                .bind("user", user)
                .fetch()
                .rowsUpdated()
                .then();
    }

    @Override
    public Mono<Set<Task>> of(Set<Task> tasks, String user) {
        return Mono.defer(() -> {
            Predicate<Task> isKnown = task -> known.getIfPresent(new Owned(task, user)) != null;
            return tasks.stream().allMatch(isKnown) ? Mono.just(tasks) : read(tasks, user);
        });
    }

    private Mono<Set<Task>> read(Set<Task> tasks, String user) {
        String[] digests = tasks.stream().map(R2dbcTaskOwners::digest).toArray(String[]::new);
        return client.sql(OF)
                .bind("user", user)
                .bind("gateways", tasks.stream().map(Task::gateway).distinct().toArray(UUID[]::new))
                .bind("digests", digests)
                .map(row -> new Row(
                        Objects.requireNonNull(row.get("gateway_id", UUID.class)),
                        Objects.requireNonNull(row.get("digest", String.class))))
                .all()
                .collectList()
                .map(rows -> owned(tasks, user, rows));
    }

    private static String digest(Task task) {
        return Digest.of(task.id()).hex();
    }

    private Set<Task> owned(Set<Task> tasks, String user, List<Row> rows) {
        var found = new HashSet<>(rows);
        var owned = tasks.stream()
                .filter(task -> found.contains(new Row(task.gateway(), digest(task))))
                .collect(Collectors.toSet());
        owned.forEach(task -> known.put(new Owned(task, user), true));
        return owned;
    }

    @Override
    public Mono<Void> forgetExpired() {
        return errands.inRounds("tasks.forget", ROUNDS, Sweep.all(client.sql(FORGET_EXPIRED)));
    }
}
