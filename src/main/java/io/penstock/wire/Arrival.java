package io.penstock.wire;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an edge hands to the one path of a call.
 *
 * @param target which MCP endpoint is meant
 * @param envelope what the body's JSON-RPC message says of itself; null for GET and DELETE
 * @param body the message's bytes as they came; empty for GET and DELETE
 */
public record Arrival(
        Request request, Target target, @Nullable Envelope envelope, byte[] body) {

    /** The MCP endpoint that a path names. */
    public sealed interface Target {

        /** One upstream, transparently. */
        record GatewayTarget(UUID id) implements Target {}
    }
}
