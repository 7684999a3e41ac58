package io.penstock.account.team;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationUnit;

/**
 * How many teams there may be, and how large.
 *
 * @param mostPerUser {@code MAX_TEAMS_PER_USER}: how many teams a user may be in, 1 to 10000
 * @param mostMembers {@code MAX_MEMBERS_PER_TEAM}: how many members a team may have, 1 to 10000
 * @param invitationDays {@code INVITATION_EXPIRY_DAYS}: how long an invitation can be accepted, in days, 1 to 90
 */
@ConfigurationProperties("penstock.teams")
public record TeamSettings(
        @DefaultValue("50") int mostPerUser,
        @DefaultValue("100") int mostMembers,

        @DurationUnit(ChronoUnit.DAYS) @DefaultValue("7") Duration invitationDays) {

    public TeamSettings {
        require("MAX_TEAMS_PER_USER", mostPerUser, 10_000);
        require("MAX_MEMBERS_PER_TEAM", mostMembers, 10_000);
        require("INVITATION_EXPIRY_DAYS", invitationDays.toDays(), 90);
    }

    private static void require(String name, long value, int most) {
        if (value < 1 || value > most) {
            throw new InvalidConfigurationPropertyValueException(name, value, "It must be from 1 to " + most + ".");
        }
    }
}
