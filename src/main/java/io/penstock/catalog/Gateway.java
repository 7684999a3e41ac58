package io.penstock.catalog;

import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.wire.JsonParts;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A registered upstream MCP server.
 *
 * @param slug the name in lower case, {@code [a-z0-9-]}; unique
 * @param auth the sealed credential; {@link Gateways#open} opens it
 * @param tls what TLS with it goes by; null where that is the platform's
 * @param teamId set where the visibility is {@link Visibility#TEAM}
 * @param passthroughHeaders client headers that may go to this upstream, where the operator allows passing any
 * @param checkInterval how often its health is checked; null for the general setting
 * @param driftPolicy what becomes of something that it offers and changes
 * @param repeatIdempotentCalls whether a call that it broke off is sent again, once, where its tool says that this does no harm
 * @param version counts changes by users (the ETag); what health checks write does not count
 */
public record Gateway(
        UUID id,
        String name,
        String slug,
        URI url,
        @Nullable String description,
        Transport transport,
        SealedAuth auth,
        @Nullable SealedTls tls,
        Visibility visibility,
        @Nullable String teamId,
        String owner,
        List<String> tags,
        List<String> passthroughHeaders,
        @Nullable Duration checkInterval,
        DriftPolicy driftPolicy,
        boolean repeatIdempotentCalls,
        boolean enabled,
        Status status,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    public Gateway {
        tags = List.copyOf(tags);
        passthroughHeaders = List.copyOf(passthroughHeaders);
    }

    /** The same gateway, seen differently. */
    public Gateway with(Status seen) {
        return new Gateway(
                id,
                name,
                slug,
                url,
                description,
                transport,
                auth,
                tls,
                visibility,
                teamId,
                owner,
                tags,
                passthroughHeaders,
                checkInterval,
                driftPolicy,
                repeatIdempotentCalls,
                enabled,
                seen,
                createdAt,
                updatedAt,
                version);
    }

    /** Whether it is the same in all but when it was looked at, which is read from the database only. */
    public boolean isAlike(Gateway other) {
        return status.condition().equals(other.status.condition())
                && with(other.status).equals(other);
    }

    /** The same gateway with another credential, and other TLS. */
    public Gateway with(SealedAuth other, @Nullable SealedTls otherTls) {
        return new Gateway(
                id,
                name,
                slug,
                url,
                description,
                transport,
                other,
                otherTls,
                visibility,
                teamId,
                owner,
                tags,
                passthroughHeaders,
                checkInterval,
                driftPolicy,
                repeatIdempotentCalls,
                enabled,
                status,
                createdAt,
                updatedAt,
                version);
    }

    /**
     * A sealed credential and what may be shown of it.
     *
     * @param id another one for each credential that was set; the same however often it is sealed anew
     * @param type {@code none}, {@code bearer}, {@code basic}, {@code headers}, {@code query_param} or {@code oauth}
     * @param shown the credential's fields as the API shows them, secrets masked, as a JSON object
     * @param sealed empty for {@code none}
     * @param rotation how it came into the place of another one; null where it did not, or was set as any other field is
     */
    public record SealedAuth(
            UUID id,
            String type,
            String shown,
            byte[] sealed,
            @Nullable Rotation rotation) {

        /** One that is in no rotation. */
        public SealedAuth(UUID id, String type, String shown, byte[] sealed) {
            this(id, type, shown, sealed, null);
        }

        /** The same in a rotation. */
        public SealedAuth in(Rotation present) {
            return new SealedAuth(id, type, shown, sealed, present);
        }

        /** The credential from before; null where none is kept. */
        public Rotation.@Nullable Kept kept() {
            return rotation == null ? null : rotation.kept();
        }

        /** Whether it is only tried. */
        public boolean isOnTrial() {
            return rotation != null && rotation.state() == Rotation.State.TRIAL;
        }

        /** Whether it is in no row: no other may be shown in its place. */
        public boolean standsAlone() {
            return isOnTrial() || (rotation != null && rotation.state() == Rotation.State.BEFORE);
        }

        /** The same as one that was set anew. */
        public SealedAuth renumbered() {
            return new SealedAuth(UUID.randomUUID(), type, shown, sealed);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof SealedAuth that
                    && id.equals(that.id)
                    && type.equals(that.type)
                    && shown.equals(that.shown)
                    && Arrays.equals(sealed, that.sealed)
                    && Objects.equals(rotation, that.rotation);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }

        /** Whether the upstream is called in each user's own name, so that nothing can be asked of it without one. */
        public boolean isPerUser() {
            return type.equals("oauth") && !Grant.CLIENT_CREDENTIALS.text().equals(grant());
        }

        /** Whether each user connects an account of their own. */
        public boolean isConnected() {
            return type.equals("oauth") && Grant.AUTHORIZATION_CODE.text().equals(grant());
        }

        private @Nullable String grant() {
            return JsonParts.string(JsonParts.member(JsonParts.member(shown, "oauth_config"), "grant_type"));
        }
    }

    /**
     * What TLS with the upstream goes by, with its key sealed.
     *
     * @param id differs where anything of it does
     * @param shown its fields as the API shows them, the key masked, as a JSON object
     * @param sealed the key; empty for none
     */
    public record SealedTls(UUID id, String shown, byte[] sealed) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof SealedTls that
                    && id.equals(that.id)
                    && shown.equals(that.shown)
                    && Arrays.equals(sealed, that.sealed);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }
    }

    /** Which TLS it goes by; null for the platform's. */
    public @Nullable UUID tlsId() {
        return tls == null ? null : tls.id();
    }

    /**
     * What is known of the upstream, and since when by the database's clock.
     *
     * @param lastSeenAt when it last answered
     * @param discoveredAt when all that it offers was last read; null where it should be read again
     */
    public record Status(
            Condition condition,
            @Nullable Instant lastCheckedAt,
            @Nullable Instant lastSeenAt,
            @Nullable Instant discoveredAt) {

        /** Of one that was never checked. */
        public static final Status UNSEEN =
                new Status(new Condition(null, 0, null, null, null, null, null), null, null, null);
    }

    /**
     * What checks made of the upstream.
     *
     * @param healthy null before the first check
     * @param failures checks that failed in a row
     * @param lastError why it is not healthy, in words a person can act on; null when it is
     * @param protocolVersion what it speaks
     * @param transportInUse {@code streamable_http} or {@code sse}
     * @param capabilities its capabilities, a JSON object
     * @param serverInfo its name and version, a JSON object
     */
    public record Condition(
            @Nullable Boolean healthy,
            int failures,
            @Nullable String lastError,
            @Nullable String protocolVersion,
            @Nullable String transportInUse,
            @Nullable String capabilities,
            @Nullable String serverInfo) {}
}
