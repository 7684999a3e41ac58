package io.penstock.api.tokens;

import io.penstock.account.token.ApiToken;
import io.penstock.account.token.Hours;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API token as clients read it.
 *
 * @param token the secret, in the answer to its making alone
 * @param permissions null for all that its owner may do
 */
record ApiTokenView(
        UUID id,
        String name,
        @Nullable String description,
        String owner,
        @Nullable String token,
        @Nullable UUID serverId,
        @Nullable UUID gatewayId,
        @Nullable List<String> permissions,
        List<String> ipCidrs,
        List<HoursView> hours,
        @Nullable Integer quotaPerHour,
        @Nullable Integer quotaPerDay,
        @Nullable String teamId,
        boolean enabled,
        Instant expiresAt,
        @Nullable Instant lastUsedAt,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final int DAY_LETTERS = 3;

    /** Hours of some days of the week at some place. */
    record HoursView(List<String> days, String from, String to, String zone) {

        static HoursView of(Hours hours) {
            return new HoursView(
                    EnumSet.allOf(DayOfWeek.class).stream()
                            .filter(hours.days()::contains)
                            .map(ApiTokenView::day)
                            .toList(),
                    text(hours.from()),
                    text(hours.to()),
                    hours.zone().getId());
        }
    }

    /** How a day is written. */
    static String day(DayOfWeek day) {
        return day.name().substring(0, DAY_LETTERS).toLowerCase(Locale.ROOT);
    }

    private static String text(LocalTime time) {
        return time.format(MINUTES);
    }

    static ApiTokenView of(ApiToken token, @Nullable String secret) {
        var terms = token.terms();
        Set<String> permissions = terms.permissions();
        return new ApiTokenView(
                token.id(),
                terms.name(),
                terms.description(),
                token.owner(),
                secret,
                terms.serverId(),
                terms.gatewayId(),
                permissions == null ? null : permissions.stream().sorted().toList(),
                terms.cidrs(),
                terms.hours().stream().map(HoursView::of).toList(),
                terms.quotaPerHour(),
                terms.quotaPerDay(),
                terms.teamId(),
                terms.enabled(),
                terms.expiresAt(),
                token.lastUsedAt(),
                token.createdAt(),
                token.updatedAt(),
                token.version());
    }

    /** Without the secret, which is not to be printed. */
    @Override
    public String toString() {
        return "ApiTokenView[" + id + ", " + version + "]";
    }
}
