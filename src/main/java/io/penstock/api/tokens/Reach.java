package io.penstock.api.tokens;

import io.penstock.access.Permission;
import io.penstock.account.token.ApiToken;
import io.penstock.account.token.ApiToken.Terms;
import io.penstock.api.accounts.Powers;
import io.penstock.api.accounts.Vocabulary;
import io.penstock.api.entrance.Visible;
import io.penstock.api.input.Objections;
import io.penstock.caller.Caller;
import io.penstock.caller.Directory;
import io.penstock.caller.Grants;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * How far a token of a caller may reach: no further than the caller does with the credential that is shown, nor than the owner does with
 * the token, which has what the owner has here. An administration, teams or scopes that only another credential states are not the token's.
 */
@Component
final class Reach {

    private final Powers powers;
    private final Directory directory;
    private final Visible visible;

    Reach(Powers powers, Directory directory, Visible visible) {
        this.powers = powers;
        this.directory = directory;
        this.visible = visible;
    }

    /**
     * Judges what a caller says of a token of theirs. Empty when that is done.
     *
     * @param current null for a new token; what it has now is not judged again, but its permissions where it is to be limited less
     */
    Mono<Void> judge(Caller caller, Terms terms, @Nullable ApiToken current, Objections objections) {
        return directory
                .complete(bare(caller))
                .doOnNext(owner -> {
                    if (current == null
                            || !Objects.equals(
                                    terms.permissions(), current.terms().permissions())
                            || loosens(terms, current.terms())) {
                        permissions(caller, owner, terms.permissions(), objections);
                    }
                    if (current == null
                            || !Objects.equals(terms.teamId(), current.terms().teamId())) {
                        team(caller, owner, terms.teamId(), objections);
                    }
                })
                .then(Mono.defer(() -> bound(caller, terms, current, objections)));
    }

    /** Whether the token could be used for something, somewhere, or at some time that it could not be before. */
    private static boolean loosens(Terms next, Terms now) {
        return isFreed(next.bound(), now.bound())
                || isFreed(next.teamId(), now.teamId())
                || goesBeyond(next.cidrs(), now.cidrs())
                || goesBeyond(next.hours(), now.hours())
                || isHigher(next.quotaPerHour(), now.quotaPerHour())
                || isHigher(next.quotaPerDay(), now.quotaPerDay())
                || next.expiresAt().isAfter(now.expiresAt());
    }

    private static boolean isFreed(@Nullable Object next, @Nullable Object now) {
        return now != null && !now.equals(next);
    }

    /** Lists of what is allowed, where none is everything. */
    private static <T> boolean goesBeyond(List<T> next, List<T> now) {
        return !now.isEmpty() && (next.isEmpty() || !now.containsAll(next));
    }

    private static boolean isHigher(@Nullable Integer next, @Nullable Integer now) {
        return now != null && (next == null || next > now);
    }

    /** The owner as a token of theirs would be known, if it named nothing. */
    private static Caller bare(Caller caller) {
        return new Caller(
                caller.user(),
                Caller.Source.API_TOKEN,
                false,
                Set.of(),
                null,
                false,
                Grants.ofGroups(caller.grants().groups()),
                null,
                "",
                caller.expires());
    }

    private void permissions(Caller caller, Caller owner, @Nullable Set<String> permissions, Objections objections) {
        if (permissions == null) {
            if (caller.scopes() != null) {
                objections.add(
                        "permissions",
                        "is missing: the credential that you show is limited to scopes, so name those of them that the"
                                + " token is to have");
            }
            return;
        }
        for (String scope :
                permissions.stream().filter(Vocabulary::holds).sorted().toList()) {
            if (!has(caller, scope)) {
                objections.add("permissions", scope + " is more than you have");
            } else if (!has(owner, scope)) {
                objections.add(
                        "permissions",
                        scope + " is more than your roles here allow: a token has no more than those, whatever other"
                                + " credentials of yours state");
            }
        }
    }

    /** Also what the caller has in a team alone: a token that names it has it there. */
    private boolean has(Caller caller, String scope) {
        Permission everywhere = Vocabulary.everywhere(scope);
        return has(caller, scope, null)
                || caller.grants().inTeams().keySet().stream().anyMatch(team -> has(caller, scope, team))
                || (everywhere != null && narrower(caller, everywhere));
    }

    private boolean has(Caller caller, String scope, @Nullable String team) {
        return powers.has(caller, scope, team);
    }

    /** Whoever may do something to all may let a token do it to one. */
    private boolean narrower(Caller caller, Permission permission) {
        return powers.has(caller, permission, null);
    }

    private static void team(Caller caller, Caller owner, @Nullable String team, Objections objections) {
        if (team != null && !(caller.teams().contains(team) && owner.teams().contains(team))) {
            objections.add("team_id", "must be a team that has you as a member here");
        }
    }

    private Mono<Void> bound(Caller caller, Terms terms, @Nullable ApiToken current, Objections objections) {
        UUID now = current == null ? null : current.terms().bound();
        UUID next = terms.bound();
        if (next == null || next.equals(now)) {
            return Mono.empty();
        }
        boolean server = terms.serverId() != null;
        Mono<?> found = server
                ? visible.server(caller, Permission.SERVERS_READ, next.toString())
                : visible.gateway(caller, Permission.GATEWAYS_READ, next.toString());
        return found.then().onErrorResume(Refusal.class, refusal -> {
            if (!(refusal.reason() instanceof Reason.NotFound || refusal.reason() instanceof Reason.Forbidden)) {
                return Mono.error(refusal);
            }
            objections.add(
                    server ? "server_id" : "gateway_id",
                    server ? "must be a virtual server that you may read" : "must be a gateway that you may read");
            return Mono.empty();
        });
    }

    /** What somebody changes of another's token: whether it is taken at all. */
    static void ofOthers(Collection<String> fields, Objections objections) {
        fields.stream()
                .filter(name -> !name.equals("enabled"))
                .forEach(name ->
                        objections.add(name, "is its owner's to change: others may set enabled, or delete the token"));
    }
}
