package io.penstock.api.accounts;

import io.penstock.account.team.Invitations;
import io.penstock.account.team.Team;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Teams, members and invitations as clients read them. */
final class TeamViews {

    private TeamViews() {}

    /** A team; {@code members} is how many there are. */
    record TeamView(
            String id,
            String name,
            @Nullable String description,
            int maxMembers,
            long members,
            String createdBy,
            Instant createdAt,
            Instant updatedAt,
            long version) {

        static TeamView of(Team team) {
            return new TeamView(
                    team.id(),
                    team.name(),
                    team.description(),
                    team.maxMembers(),
                    team.members(),
                    team.createdBy(),
                    team.createdAt(),
                    team.updatedAt(),
                    team.version());
        }
    }

    /** A member; {@code role} is owner or member. */
    record MemberView(String email, String role, Instant since) {

        static MemberView of(Team.Member member) {
            return new MemberView(member.user(), text(member.standing()), member.since());
        }
    }

    /**
     * An invitation.
     *
     * @param token what accepts it, where it was just made; it is told once
     */
    record InvitationView(
            UUID id,
            String teamId,
            String email,
            String role,
            String invitedBy,
            Instant createdAt,
            Instant expiresAt,
            @Nullable String token) {

        static InvitationView of(Invitations.Invitation invitation, @Nullable String token) {
            return new InvitationView(
                    invitation.id(),
                    invitation.team(),
                    invitation.user(),
                    text(invitation.standing()),
                    invitation.invitedBy(),
                    invitation.createdAt(),
                    invitation.expiresAt(),
                    token);
        }
    }

    private static String text(Team.Standing standing) {
        return standing.name().toLowerCase(Locale.ROOT);
    }
}
