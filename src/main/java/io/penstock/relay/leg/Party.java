package io.penstock.relay.leg;

import org.jspecify.annotations.Nullable;

/**
 * For whom a leg is. Parties that differ in anything never share an upstream's session.
 *
 * @param key the client's session or, where there are none, its principal; the same on every replica
 * @param capabilities what the real client declared, a JSON object: never more is declared upstream
 * @param clientInfo the client's {@code Implementation}, a JSON object; null for none
 * @param logLevel the least severe log message that the client wants; null for none at all
 */
public record Party(
        String key,
        String capabilities,
        @Nullable String clientInfo,
        @Nullable String logLevel) {}
