package io.penstock.wire;

import org.jspecify.annotations.Nullable;

/**
 * What the gateway reads of a JSON-RPC message; everything else passes untouched.
 *
 * @param id the id as its JSON text ({@code 7}, {@code "a"}), so that type and value survive, as {@link JsonParts#id} spells it; null where
 *     there is none
 * @param method null for a response
 * @param name what the method acts on: {@code params.name}, {@code params.uri}, {@code params.taskId}, or for {@code
 *     completion/complete} {@code params.ref.name} or {@code params.ref.uri}; null where there is none
 * @param claim {@code params._meta}'s protocol version, which makes the message one of the stateless revision; null on older ones
 * @param traceparent {@code params._meta.traceparent}; null where there is none
 */
public record Envelope(
        Kind kind,
        @Nullable String id,
        @Nullable String method,
        @Nullable String name,
        @Nullable String claim,
        @Nullable String traceparent) {

    /** The three kinds of JSON-RPC message. */
    public enum Kind {
        REQUEST,
        NOTIFICATION,
        RESPONSE
    }
}
