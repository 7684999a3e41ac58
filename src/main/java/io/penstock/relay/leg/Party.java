package io.penstock.relay.leg;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * For whom a leg is. Parties that differ in anything never share an upstream's session.
 *
 * @param key the client's session or, where there are none, its principal; the same on every replica
 * @param capabilities what the real client declared, a JSON object: never more is declared upstream
 * @param clientInfo the client's {@code Implementation}, a JSON object; null for none
 * @param logLevel the least severe log message that the client wants; null for none at all
 * @param isAlone whether no other replica has to find the session
 */
public record Party(
        String key,
        String capabilities,
        @Nullable String clientInfo,
        @Nullable String logLevel,
        boolean isAlone) {

    /** One whose sessions all replicas share. */
    public Party(String key, String capabilities, @Nullable String clientInfo, @Nullable String logLevel) {
        this(key, capabilities, clientInfo, logLevel, false);
    }

    /** Another one, which shares nothing with anybody. */
    public Party alone() {
        return new Party(key + "|" + UUID.randomUUID(), capabilities, clientInfo, logLevel, true);
    }
}
