package io.penstock.api;

import io.penstock.account.Position;
import io.penstock.account.User;
import io.penstock.account.Users;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Users of whom something becomes true between the moment when a change of them is allowed and the one when it is written. */
final class OvertakenUsers implements Users {

    private final Users users;
    private Mono<Void> meanwhile = Mono.empty();

    OvertakenUsers(Users users) {
        this.users = users;
    }

    /** Happens once, just before the next change is written. */
    void meanwhile(Mono<?> change) {
        meanwhile = change.then(Mono.fromRunnable(() -> meanwhile = Mono.empty()));
    }

    @Override
    public Mono<User> create(String name, Draft draft) {
        return users.create(name, draft);
    }

    @Override
    public Mono<User> find(UUID id) {
        return users.find(id);
    }

    @Override
    public Mono<User> named(String name) {
        return users.named(name);
    }

    @Override
    public Flux<User> list(@Nullable String q, int limit, @Nullable Position before) {
        return users.list(q, limit, before);
    }

    @Override
    public Mono<User> update(UUID id, Draft draft, long version) {
        return Mono.defer(() -> meanwhile).then(users.update(id, draft, version));
    }

    @Override
    public Mono<Boolean> delete(UUID id, long version) {
        return Mono.defer(() -> meanwhile).then(users.delete(id, version));
    }

    @Override
    public Mono<Void> hold(String user, UUID other) {
        return users.hold(user, other);
    }
}
