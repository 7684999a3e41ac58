package io.penstock.relay.bridge;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Whose tasks are, in memory. */
final class MemoryTaskOwners implements TaskOwners {

    final Map<Task, String> rows = new HashMap<>();

    /** When the database answers. */
    Mono<Void> answered = Mono.empty();

    @Override
    public Mono<Void> note(Task task, String user) {
        return answered.then(Mono.fromRunnable(() -> rows.putIfAbsent(task, user)));
    }

    @Override
    public Mono<Set<Task>> of(Set<Task> tasks, String user) {
        return Mono.fromSupplier(
                () -> tasks.stream().filter(task -> user.equals(rows.get(task))).collect(Collectors.toSet()));
    }

    @Override
    public Mono<Void> forgetExpired() {
        return Mono.empty();
    }
}
