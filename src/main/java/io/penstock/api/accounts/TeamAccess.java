package io.penstock.api.accounts;

import io.penstock.access.Permission;
import io.penstock.account.team.Team;
import io.penstock.account.team.Team.Standing;
import io.penstock.account.team.Teams;
import io.penstock.api.input.Ids;
import io.penstock.caller.Caller;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Who may do what with a team: its members read it, its owners look after it, and so does whoever has the permission in it or everywhere.
 * For anybody else it is not there. A credential with scopes needs the scope as well.
 */
@Component
final class TeamAccess {

    private final Teams teams;
    private final Powers powers;

    TeamAccess(Teams teams, Powers powers) {
        this.teams = teams;
        this.powers = powers;
    }

    /** The team, where the caller may read it. Error: {@code NotFound}, the same for one that does not exist. */
    Mono<Team> seen(Caller caller, String id) {
        return sees(caller, id)
                ? teams.find(id).switchIfEmpty(Mono.error(() -> Ids.absent("team")))
                : Mono.error(() -> Ids.absent("team"));
    }

    /** The team, where the caller may look after it. Error: {@code NotFound}, or {@code Forbidden} for those who may read it alone. */
    Mono<Team> kept(Caller caller, String id, Permission permission) {
        return seen(caller, id)
                .flatMap(team -> keeps(caller, id, permission)
                        .flatMap(may -> may
                                ? Mono.just(team)
                                : Mono.error(new Refusal(new Reason.Forbidden(permission.scope())))));
    }

    private Mono<Boolean> keeps(Caller caller, String id, Permission permission) {
        if (powers.has(caller, permission, id)) {
            return Mono.just(true);
        }
        if (!Powers.covers(caller, permission)) {
            return Mono.just(false);
        }
        return teams.member(id, caller.user())
                .map(member -> member.standing() == Standing.OWNER)
                .defaultIfEmpty(false);
    }

    private boolean sees(Caller caller, String id) {
        return powers.has(caller, Permission.TEAMS_READ, id)
                || (Powers.covers(caller, Permission.TEAMS_READ)
                        && caller.teams().contains(id));
    }

    /** Error: {@code Forbidden} where the caller is nobody, or the credential is for other things. */
    static Mono<Caller> somebody(Caller caller, Permission permission) {
        return switch (caller.source()) {
            case JWT, API_TOKEN, PROXY, SESSION ->
                Powers.covers(caller, permission)
                        ? Mono.just(caller)
                        : Mono.error(new Refusal(new Reason.Forbidden(permission.scope())));
            case ANONYMOUS, GATEWAY -> Mono.error(new Refusal(new Reason.Forbidden(permission.scope())));
        };
    }
}
