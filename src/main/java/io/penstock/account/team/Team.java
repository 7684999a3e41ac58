package io.penstock.account.team;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Users who see something together.
 *
 * @param id the name that gateways, servers and tokens carry
 * @param pageKey what pages of teams are read by
 * @param members how many there are
 */
public record Team(
        String id,
        UUID pageKey,
        String name,
        @Nullable String description,
        int maxMembers,
        long members,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /** What a member is to the team. */
    public enum Standing {
        /** Looks after the team: there is always one. */
        OWNER,
        MEMBER
    }

    /** A user in a team. */
    public record Member(String team, String user, Standing standing, Instant since) {

        /** A number for this state of it: who came back since, or became an owner, has another. */
        public long version() {
            return 2 * ChronoUnit.MICROS.between(Instant.EPOCH, since) + (standing == Standing.OWNER ? 1 : 0);
        }

        /** What pages of members are read by. */
        public UUID pageKey() {
            return UUID.nameUUIDFromBytes(user.getBytes(StandardCharsets.UTF_8));
        }
    }
}
