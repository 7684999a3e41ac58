package io.penstock.account;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Users as rows. The path of a call asks {@link io.penstock.caller.Directory} instead. */
public interface Users {

    /**
     * What is decided of a user.
     *
     * @param newHash the hash of a new password; null leaves the one that there is
     */
    record Draft(
            @Nullable String fullName,
            boolean enabled,
            boolean mustChangePassword,
            @Nullable String newHash) {}

    /** Inserts a user. Error: {@code Conflict} where the name is taken. */
    Mono<User> create(String name, Draft draft);

    /** Empty where there is none. */
    Mono<User> find(UUID id);

    /** By the canonical name. Empty where there is none. */
    Mono<User> named(String name);

    /** Newest first; {@code q} narrows to those whose name or full name holds it. */
    Flux<User> list(@Nullable String q, int limit, @Nullable Position before);

    /** A new password also ends a lock; that, and being switched off, ends the user's sign-ins. Error: {@code Stale}. Empty where there is none. */
    Mono<User> update(UUID id, Draft draft, long version);

    /**
     * Deletes a user with the roles, memberships and API tokens, and ends the user's sign-ins. True where there was one; error: {@code Stale}, {@code Conflict} where a team would
     * be left without an owner.
     */
    Mono<Boolean> delete(UUID id, long version);

    /**
     * Keeps two users, with their roles, as they are until the surrounding transaction ends: of two who take from each other, the second
     * waits, and then finds what the first has done. Empty when those are kept whom there are.
     */
    Mono<Void> hold(String user, UUID other);
}
