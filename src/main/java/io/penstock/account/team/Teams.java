package io.penstock.account.team;

import io.penstock.account.Position;
import io.penstock.account.team.Team.Member;
import io.penstock.account.team.Team.Standing;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Teams and their members as rows. */
public interface Teams {

    /** What is decided of a team. */
    record Draft(String name, @Nullable String description, int maxMembers) {}

    /**
     * Inserts a team with its first owner. Error: {@code Conflict} where the id is taken or the owner is in too many teams.
     *
     * @param mostTeams how many teams the owner may be in
     */
    Mono<Team> create(String id, Draft draft, String owner, int mostTeams);

    /** Empty where there is none. */
    Mono<Team> find(String id);

    /** By {@link Team#pageKey}. Empty where there is none. */
    Mono<Team> ofPageKey(UUID pageKey);

    /**
     * Newest first.
     *
     * @param only the ids to choose from; null for all teams
     */
    Flux<Team> list(@Nullable Set<String> only, int limit, @Nullable Position before);

    /** Error: {@code Stale}, {@code Conflict} where there are more members than that. Empty where there is none. */
    Mono<Team> update(String id, Draft draft, long version);

    /** Deletes a team with its memberships, invitations and the roles in it. True where there was one; error: {@code Stale}. */
    Mono<Boolean> delete(String id, long version);

    /** The members, longest first: those after the position, which is of {@link Member#since} and {@link Member#pageKey}. */
    Flux<Member> members(String id, int limit, @Nullable Position after);

    /** Empty where the user is none. */
    Mono<Member> member(String id, String user);

    /**
     * Error: {@code Conflict} where the user is a member, the team is full, or the user is in too many teams. Empty where there is no such
     * team.
     */
    Mono<Member> join(String id, String user, Standing standing, int mostTeams);

    /**
     * Error: {@code Stale} where the member is not as known any more, {@code Conflict} where the team would be left without an owner. Empty
     * where there is no such member.
     */
    Mono<Member> promote(Member known, Standing standing);

    /** Keeps a team with its members, and their roles there, until the surrounding transaction ends. Empty when it is kept. */
    Mono<Void> hold(String id);

    /** Takes a member's place and roles in the team away. True where there was one; error: as {@link #promote}. */
    Mono<Boolean> leave(Member known);
}
