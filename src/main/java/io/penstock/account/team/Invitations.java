package io.penstock.account.team;

import io.penstock.account.Position;
import io.penstock.account.team.Team.Member;
import io.penstock.account.team.Team.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Invitations to teams: each is for one user, once, and until it expires. */
public interface Invitations {

    /** Somebody who may join. */
    record Invitation(
            UUID id,
            String team,
            String user,
            Standing standing,
            String invitedBy,
            Instant createdAt,
            Instant expiresAt) {}

    /**
     * An invitation that was just made.
     *
     * @param token what accepts it; kept nowhere, so null where it was told before
     */
    record Made(Invitation invitation, @Nullable String token) {}

    /** Replaces an earlier one of the same user. Error: {@code Conflict} where the user is a member or too many are open. */
    Mono<Made> invite(String team, String user, Standing standing, String by, Duration lifetime);

    /** Those that can still be accepted, newest first. */
    Flux<Invitation> open(String team, int limit, @Nullable Position before);

    /** Empty where there is none that can still be accepted. */
    Mono<Invitation> find(String team, UUID id);

    /** True where there was one. */
    Mono<Boolean> withdraw(String team, UUID id);

    /**
     * Spends an invitation. Empty where there is none for this user with that token, or it has expired. Error: as {@link Teams#join}, and
     * then it is not spent.
     */
    Mono<Member> accept(String token, String user, int mostTeams);
}
