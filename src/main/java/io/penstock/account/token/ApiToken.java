package io.penstock.account.token;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API token without its secret, which is not kept.
 *
 * @param owner the canonical name of the user whose permissions it narrows
 * @param groups those that the owner's identity provider named when it was made, which it never exceeds; null where it named none
 * @param lastUsedAt about when it was shown last; null where it never was
 */
public record ApiToken(
        UUID id,
        String owner,
        Terms terms,
        @Nullable Set<String> groups,
        @Nullable Instant lastUsedAt,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    public ApiToken {
        groups = groups == null ? null : Set.copyOf(groups);
    }

    /** The same, whenever it was used. */
    ApiToken unused() {
        return new ApiToken(id, owner, terms, groups, null, createdAt, updatedAt, version);
    }

    /**
     * What is decided of a token.
     *
     * @param serverId the one virtual server that it is for; null for all
     * @param gatewayId the one gateway that it is for; null for all
     * @param permissions all that it may do at most; null for all that its owner may do
     * @param cidrs where it is taken from; empty for everywhere
     * @param hours when it is taken; empty for always
     * @param quotaPerHour how many calls it is good for in an hour of UTC; null for any number
     * @param quotaPerDay how many calls it is good for in a day of UTC; null for any number
     * @param teamId the team whose administrators see it, and whose member its owner has to be; null for none
     */
    public record Terms(
            String name,
            @Nullable String description,
            @Nullable UUID serverId,
            @Nullable UUID gatewayId,
            @Nullable Set<String> permissions,
            List<String> cidrs,
            List<Hours> hours,
            @Nullable Integer quotaPerHour,
            @Nullable Integer quotaPerDay,
            @Nullable String teamId,
            Instant expiresAt,
            boolean enabled) {

        public Terms {
            permissions = permissions == null ? null : Set.copyOf(permissions);
            cidrs = List.copyOf(cidrs);
            hours = List.copyOf(hours);
        }

        /** The one thing that it is for; null for all. */
        public @Nullable UUID bound() {
            return serverId == null ? gatewayId : serverId;
        }

        /** Whether its calls are counted. */
        public boolean limited() {
            return quotaPerHour != null || quotaPerDay != null;
        }
    }
}
