package io.penstock.wire;

import io.penstock.wire.ProtocolVersion.Era;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an edge hands to the one path of a call.
 *
 * @param target which MCP endpoint is meant
 * @param era which way of using HTTP the message belongs to
 * @param envelope what the body's JSON-RPC message says of itself; null for GET and DELETE
 * @param traceparent the trace context that goes on; null for none
 * @param body the message's bytes as they came; empty for GET and DELETE
 * @param mirrored whether the client could repeat in headers what the body says; a line's messages have no headers of their own
 */
public record Arrival(
        Request request,
        Target target,
        Era era,
        @Nullable Envelope envelope,
        @Nullable String traceparent,
        byte[] body,
        boolean mirrored) {

    /** One that came with headers of its own. */
    public Arrival(
            Request request,
            Target target,
            Era era,
            @Nullable Envelope envelope,
            @Nullable String traceparent,
            byte[] body) {
        this(request, target, era, envelope, traceparent, body, true);
    }

    /** Whether the answer is a stream that stays open for as long as the client likes. */
    public boolean openEnded() {
        return envelope == null ? request.method().equals("GET") : "subscriptions/listen".equals(envelope.method());
    }

    /** The MCP endpoint that a path names. */
    public sealed interface Target {

        /** What kind of thing it is, for logs and the audit trail: {@code gateway}, {@code server} or {@code all}. */
        String kind();

        /** Its id or name as the path gives it; empty where the path gives none. */
        String name();

        /** One upstream, transparently. */
        record GatewayTarget(UUID id) implements Target {

            @Override
            public String kind() {
                return "gateway";
            }

            @Override
            public String name() {
                return id.toString();
            }
        }

        /** A virtual server: a chosen set over many upstreams. */
        record ServerTarget(UUID id) implements Target {

            @Override
            public String kind() {
                return "server";
            }

            @Override
            public String name() {
                return id.toString();
            }
        }

        /** A virtual server or a gateway, by its name. */
        record NamedTarget(String name) implements Target {

            @Override
            public String kind() {
                return "server";
            }
        }

        /** Everything that the caller may see. */
        record AllTarget() implements Target {

            @Override
            public String kind() {
                return "all";
            }

            @Override
            public String name() {
                return "";
            }
        }
    }
}
