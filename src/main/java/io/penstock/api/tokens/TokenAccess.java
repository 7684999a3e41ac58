package io.penstock.api.tokens;

import io.penstock.access.Permission;
import io.penstock.account.team.Team.Standing;
import io.penstock.account.team.Teams;
import io.penstock.account.token.ApiToken;
import io.penstock.account.token.Tokens;
import io.penstock.account.token.Tokens.Choice;
import io.penstock.api.accounts.Powers;
import io.penstock.api.input.Ids;
import io.penstock.caller.Caller;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Who may do what with a token: its owner; whoever has the permission everywhere; and for a team's token its owners and whoever has the
 * permission in it. For anybody else it is not there. A credential with scopes needs the scope as well, and one that is for a single
 * server or gateway does nothing here.
 */
@Component
final class TokenAccess {

    private static final int AT_ONCE = 4;

    private final Tokens tokens;
    private final Teams teams;
    private final Powers powers;

    TokenAccess(Tokens tokens, Teams teams, Powers powers) {
        this.tokens = tokens;
        this.teams = teams;
        this.powers = powers;
    }

    /** Which tokens the caller may list. Error: {@code Forbidden}. */
    Mono<Choice> choice(Caller caller, @Nullable String ofOwner, @Nullable String ofTeam) {
        if (powers.has(caller, Permission.TOKENS_READ, null)) {
            return Mono.just(new Choice(null, Set.of(), ofOwner, ofTeam));
        }
        return somebody(caller, Permission.TOKENS_READ)
                .thenMany(Flux.fromIterable(caller.teams())
                        .concatWithValues(caller.grants().inTeams().keySet().toArray(String[]::new)))
                .filterWhen(team -> keeps(caller, Permission.TOKENS_READ, team), AT_ONCE)
                .collect(Collectors.toUnmodifiableSet())
                .map(kept -> new Choice(caller.user(), kept, ofOwner, ofTeam));
    }

    /** The token, where the caller may read it. Error: {@code NotFound}, the same for one that does not exist. */
    Mono<ApiToken> seen(Caller caller, String id) {
        return Mono.justOrEmpty(Ids.find(id))
                .flatMap(tokens::find)
                .filterWhen(token -> may(caller, Permission.TOKENS_READ, token))
                .switchIfEmpty(Mono.error(() -> Ids.absent("token")));
    }

    /** The token, where the caller may do that with it. Error: {@code NotFound}, or {@code Forbidden} for those who may read it alone. */
    Mono<ApiToken> kept(Caller caller, String id, Permission permission) {
        return seen(caller, id)
                .filterWhen(token -> may(caller, permission, token))
                .switchIfEmpty(Mono.error(() -> new Refusal(new Reason.Forbidden(permission.scope()))));
    }

    private Mono<Boolean> may(Caller caller, Permission permission, ApiToken token) {
        if (powers.has(caller, permission, null)) {
            return Mono.just(true);
        }
        String team = token.terms().teamId();
        boolean own = owns(caller, token) && Powers.covers(caller, permission);
        return own || team == null ? Mono.just(own) : keeps(caller, permission, team);
    }

    static boolean owns(Caller caller, ApiToken token) {
        return token.owner().equals(caller.user());
    }

    private Mono<Boolean> keeps(Caller caller, Permission permission, String team) {
        if (powers.has(caller, permission, team)) {
            return Mono.just(true);
        }
        if (!Powers.covers(caller, permission)) {
            return Mono.just(false);
        }
        return teams.member(team, caller.user())
                .map(member -> member.standing() == Standing.OWNER)
                .defaultIfEmpty(false);
    }

    /**
     * Whoever may make and change tokens of their own. Error: {@code Barred} for an API token, which could else outlive itself or become
     * a wider one; {@code Forbidden} where the caller is nobody, or the credential is for other things.
     */
    static Mono<Caller> maker(Caller caller, Permission permission) {
        return caller.source() == Caller.Source.API_TOKEN
                ? Mono.error(new Refusal(new Reason.Barred(
                        "An API token makes and changes no API tokens: sign in, or show another credential")))
                : somebody(caller, permission);
    }

    private static Mono<Caller> somebody(Caller caller, Permission permission) {
        boolean somebody = switch (caller.source()) {
            case JWT, API_TOKEN, PROXY, SESSION -> Powers.covers(caller, permission);
            case ANONYMOUS, GATEWAY -> false;
        };
        return somebody ? Mono.just(caller) : Mono.error(new Refusal(new Reason.Forbidden(permission.scope())));
    }
}
