package io.penstock.api.accounts;

import io.penstock.account.Role;
import io.penstock.account.Roles;
import io.penstock.account.Users;
import io.penstock.account.team.Teams;
import io.penstock.caller.Caller;
import io.penstock.caller.Directory;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Keeps administrators from taking from each other, and everybody from giving, what another one takes from them in the same moment. Each is
 * to be called first in the transaction that takes or gives: what was found stays so until that ends.
 */
@Component
final class Administration {

    private final Users users;
    private final Roles roles;
    private final Teams teams;
    private final Directory directory;
    private final Powers powers;

    Administration(Users users, Roles roles, Teams teams, Directory directory, Powers powers) {
        this.users = users;
        this.roles = roles;
        this.teams = teams;
        this.directory = directory;
        this.powers = powers;
    }

    /**
     * Completes where the caller is no administrator, is one by the credential, or still is one by a role. Error: {@code Conflict};
     * {@code Unauthenticated} where the caller is switched off, {@code PasswordExpired} where another password was set.
     */
    Mono<Void> holds(Caller caller, UUID other) {
        return !caller.admin() || caller.byCredential().admin()
                ? Mono.empty()
                : users.hold(caller.user(), other)
                        .then(present(caller))
                        .filter(Caller::admin)
                        .switchIfEmpty(Mono.error(() -> new Refusal(new Reason.Conflict(
                                "Another administrator has just taken the administration from you"))))
                        .then();
    }

    /**
     * Completes where the caller still has all that the role allows there. Error: {@code Forbidden}, or as {@link #holds}.
     *
     * @param team where; null for everywhere
     */
    Mono<Void> gives(Caller caller, Role role, @Nullable String team, UUID other) {
        return roles.hold(role.id())
                .then(users.hold(caller.user(), other))
                .then(team == null ? Mono.empty() : teams.hold(team))
                .then(present(caller))
                .doOnNext(now -> powers.demandAll(now, role.scopes(), team))
                .then();
    }

    /** Completes where the caller still has all that the role is to allow. Error: as {@link #gives}. */
    Mono<Void> widens(Caller caller, Role role, Collection<String> scopes) {
        return roles.holdWithUsers(role.id(), caller.user())
                .then(present(caller))
                .doOnNext(now -> powers.demandAll(now, scopes, null))
                .then();
    }

    /** The caller as the database knows them. To be read after they are held, because what was read before it may be old. */
    private Mono<Caller> present(Caller caller) {
        return directory.read().flatMap(known -> known.complete(caller.byCredential()));
    }
}
