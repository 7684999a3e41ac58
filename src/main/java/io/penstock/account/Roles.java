package io.penstock.account;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Roles, and who has them, as rows. With other powers a user is of another version, so that no change is made that was decided without them. */
public interface Roles {

    /** What is decided of a role. */
    record Draft(String name, @Nullable String description, Set<String> scopes) {

        public Draft {
            scopes = Set.copyOf(scopes);
        }
    }

    /** Error: {@code Conflict} where the name is taken. */
    Mono<Role> create(Draft draft);

    /** Empty where there is none. */
    Mono<Role> find(UUID id);

    /** Empty where there is none. */
    Mono<Role> named(String name);

    /** Newest first. */
    Flux<Role> list(int limit, @Nullable Position before);

    /** Error: {@code Stale}, {@code Conflict} where the name is taken or the role is built in. Empty where there is none. */
    Mono<Role> update(UUID id, Draft draft, long version);

    /**
     * True where there was one; error: {@code Stale}, {@code Conflict} where it is built in or somebody has it: a role that is taken away
     * from somebody is taken away by name.
     */
    Mono<Boolean> delete(UUID id, long version);

    /** The roles of a user, newest first; a user has few. */
    Flux<Role.Assignment> of(UUID user);

    /** As {@link #of(UUID)}, in pages. */
    Flux<Role.Assignment> of(UUID user, int limit, @Nullable Position before);

    /** Empty where the user does not have it. */
    Mono<Role.Assignment> assignment(UUID user, UUID id);

    /** Error: {@code Conflict} where the user has it there. Empty where there is no such user, role or team. */
    Mono<Role.Assignment> assign(UUID user, UUID role, @Nullable String team, String assignedBy);

    /** True where the user had it. */
    Mono<Boolean> remove(UUID user, UUID assignment);

    /** Keeps a role until the surrounding transaction ends; to be called before {@link Users#hold} there. Empty when it is kept. */
    Mono<Void> hold(UUID id);

    /** As {@link #hold}, with all who have the role, and a user beside them. */
    Mono<Void> holdWithUsers(UUID id, String user);
}
