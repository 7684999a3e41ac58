package io.penstock.api;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;

/** MCP calls that are asked about and not made. */
final class Asked {

    private Asked() {}

    /**
     * As the call would arrive.
     *
     * @param by the request that asks
     * @param method the message's; that of HTTP where there is no message
     * @param name the tool, prompt or resource; null for none
     */
    static Arrival call(Request by, Target target, String method, @Nullable String name) {
        boolean bare = method.equals("GET") || method.equals("DELETE");
        var head = new Request(bare ? method : "POST", "/", EmptyHttpHeaders.INSTANCE, by.peer(), by.correlationId());
        var message = bare ? null : new Envelope(Envelope.Kind.REQUEST, "1", method, name, null, null);
        return new Arrival(head, target, Era.SESSIONS, message, null, new byte[0]);
    }
}
