package io.penstock.catalog;

import java.time.Instant;
import java.util.UUID;

/**
 * Something that happened to a gateway.
 *
 * @param detail a JSON object
 */
public record GatewayEvent(UUID id, UUID gatewayId, Instant at, Kind kind, String detail) {

    /** What happened. */
    public enum Kind {
        /** It became healthy or unhealthy: {@code {healthy, error}}. */
        HEALTH,
        /** What it offers was read: {@code {tools: {added, updated, removed}, ...}}. */
        REFRESH,
        /** A definition changed: {@code {kind, name, before_hash, after_hash, diff}}. */
        DRIFT,
        /** A credential was put in the place of another one, or back: {@code {state, auth_type, reason}}. */
        CREDENTIAL,
        /** It came to offer something under a name that another gateway's thing keeps: {@code {kind, name, gateway}}. */
        NAME_TAKEN
    }
}
