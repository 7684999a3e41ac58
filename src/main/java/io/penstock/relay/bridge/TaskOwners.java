package io.penstock.relay.bridge;

import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Who had each task made, for all replicas. */
interface TaskOwners {

    /**
     * A task of a gateway's upstream.
     *
     * @param id as its upstream gave it
     */
    record Task(UUID gateway, String id) {}

    /** Notes whose a new task is; one that is somebody's already stays theirs. Empty when that is written. Error: the database's. */
    Mono<Void> note(Task task, String user);

    /** Those of the tasks that are the user's. Never empty. Error: the database's. */
    Mono<Set<Task>> of(Set<Task> tasks, String user);

    /** One round: forgets the tasks that are long over. */
    Mono<Void> forgetExpired();
}
