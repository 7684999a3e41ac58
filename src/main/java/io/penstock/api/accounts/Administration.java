package io.penstock.api.accounts;

import io.penstock.account.Role;
import io.penstock.account.Roles;
import io.penstock.account.Users;
import io.penstock.caller.Caller;
import io.penstock.caller.Directory;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Keeps from taking and from giving whoever may no more, because another administrator took it from them in the same moment. Each is to be
 * called first in the transaction that takes or gives; until that ends, nothing is taken from the caller.
 */
@Component
final class Administration {

    private final Users users;
    private final Roles roles;
    private final Directory directory;
    private final Powers powers;

    Administration(Users users, Roles roles, Directory directory, Powers powers) {
        this.users = users;
        this.roles = roles;
        this.directory = directory;
        this.powers = powers;
    }

    /**
     * Completes where the caller is no administrator, is one by the credential, or still is one by a role. Error: {@code Conflict},
     * {@code Unauthenticated} where the caller is switched off.
     */
    Mono<Void> holds(Caller caller, UUID other) {
        return !caller.admin() || caller.byCredential().admin()
                ? Mono.empty()
                : present(caller, other)
                        .filter(Caller::admin)
                        .switchIfEmpty(Mono.error(() -> new Refusal(new Reason.Conflict(
                                "Another administrator has just taken the administration from you"))))
                        .then();
    }

    /**
     * Completes where the caller still has all that the role allows there. Error: {@code Forbidden}, {@code Unauthenticated} where the
     * caller is switched off.
     *
     * @param team where; null for everywhere
     */
    Mono<Void> gives(Caller caller, Role role, @Nullable String team, UUID other) {
        return roles.hold(role.id())
                .then(present(caller, other))
                .doOnNext(now -> powers.demandAll(now, role.scopes(), team))
                .then();
    }

    /** The caller as the database knows them. Read after both are held, because what was read before it may be old. */
    private Mono<Caller> present(Caller caller, UUID other) {
        return users.hold(caller.user(), other)
                .then(directory.read())
                .flatMap(known -> known.complete(caller.byCredential()));
    }
}
