package io.penstock.account.team;

import io.penstock.account.Position;
import io.penstock.account.team.Team.Member;
import io.penstock.account.team.Team.Standing;
import java.util.Set;
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

    /** The members, longest first; a team has as many as it may have at most. */
    Flux<Member> members(String id);

    /** Empty where the user is none. */
    Mono<Member> member(String id, String user);

    /**
     * Error: {@code Conflict} where the user is a member, the team is full, or the user is in too many teams. Empty where there is no such
     * team.
     */
    Mono<Member> join(String id, String user, Standing standing, int mostTeams);

    /** Error: {@code Conflict} where the team would be left without an owner. Empty where there is no such member. */
    Mono<Member> promote(String id, String user, Standing standing);

    /** Takes a member's place and roles in the team away. True where there was one; error: {@code Conflict} as {@link #promote}. */
    Mono<Boolean> leave(String id, String user);
}
