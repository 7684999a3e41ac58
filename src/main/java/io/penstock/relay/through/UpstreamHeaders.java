package io.penstock.relay.through;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.penstock.credential.Outbound;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Mirrors;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Request;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of an upstream request: what of the client's is let through, by name, and the upstream's own credential last, so that it wins.
 * The client's {@code Authorization}, {@code Cookie}, {@code Forwarded} and identity headers are not on the list.
 */
final class UpstreamHeaders {

    private static final String EVENTS = "text/event-stream";
    private static final String BOTH = "application/json, " + EVENTS;
    private static final List<CharSequence> THROUGH = List.of(
            HeaderNames.VERSION, HeaderNames.METHOD, HeaderNames.NAME, HeaderNames.LAST_EVENT, HeaderNames.TRACE_STATE);

    private UpstreamHeaders() {}

    /**
     * Fills the head.
     *
     * @param session the upstream's session id; null for none
     * @param original the upstream's name for what the message acts on, where the client has another one; else null
     * @param passthrough whether those of the client's go on that the gateway names
     */
    static void fill(
            HttpHeaders head,
            Outbound outbound,
            @Nullable String session,
            @Nullable String original,
            boolean passthrough) {
        Request request = outbound.permit().arrival().request();
        // what servers demand of clients (2026-07-28, Streamable HTTP) is not this client's affair: every answer is
        // read here
        head.set(HttpHeaderNames.ACCEPT, request.method().equals("GET") ? EVENTS : BOTH);
        if (request.method().equals("POST")) {
            head.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        }
        through(head, request, THROUGH);
        if (original != null) {
            head.set(HeaderNames.NAME, Mirrors.encoded(original));
        }
        if (outbound.permit().arrival().traceparent() != null) {
            head.set(HeaderNames.TRACE_PARENT, outbound.permit().arrival().traceparent());
        }
        if (isInitialize(outbound)) {
            head.remove(HeaderNames.VERSION); // it is agreed on only then (2025-11-25, Streamable HTTP)
        }
        parameters(head, request.headers());
        if (passthrough) {
            through(head, request, outbound.permit().gateway().passthroughHeaders());
        }
        if (session != null) {
            head.set(HeaderNames.SESSION, session);
        }
        head.setAll(outbound.credential().headers());
    }

    private static void through(HttpHeaders head, Request request, List<? extends CharSequence> names) {
        for (var name : names) {
            String value = request.header(name);
            if (value != null) {
                head.set(name, value);
            }
        }
    }

    private static boolean isInitialize(Outbound outbound) {
        var arrival = outbound.permit().arrival();
        return arrival.era() != Era.STATELESS
                && arrival.envelope() != null
                && "initialize".equals(arrival.envelope().method());
    }

    /** Mirrored parameters go on whether anybody here knows them or not (2026-07-28, Streamable HTTP). */
    private static void parameters(HttpHeaders head, HttpHeaders client) {
        for (var it = client.iteratorCharSequence(); it.hasNext(); ) {
            Map.Entry<CharSequence, CharSequence> header = it.next();
            var name = header.getKey();
            if (name.length() > Mirrors.PARAMETER.length()
                    && AsciiString.regionMatches(name, true, 0, Mirrors.PARAMETER, 0, Mirrors.PARAMETER.length())) {
                head.add(name, header.getValue());
            }
        }
    }
}
