package io.penstock.mcp.line;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.Envelope;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Mirrors;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;

/** The heads that a line's messages would have had over streamable HTTP. */
final class Heads {

    private Heads() {}

    /**
     * The head of a message: of the stateless revision what the message says of itself, else the session's.
     *
     * @param from the head that it came with, or that of the whole line
     */
    static Request message(Request from, Envelope message, Agreement agreement) {
        var headers = bare(from).set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        if (message.claim() != null) {
            mirror(headers, message, message.claim());
        } else if (!"initialize".equals(message.method())) {
            agreement.writeTo(headers);
        }
        return new Request("POST", from.path(), headers, from.peer(), from.correlationId());
    }

    /**
     * The head of a GET or DELETE.
     *
     * @param lastEvent the event after which a stream is to go on; null for none
     */
    static Request bodiless(String method, Request from, Agreement agreement, @Nullable String lastEvent) {
        var headers = bare(from);
        agreement.writeTo(headers);
        if (lastEvent != null) {
            headers.set(HeaderNames.LAST_EVENT, lastEvent);
        }
        return new Request(method, from.path(), headers, from.peer(), from.correlationId());
    }

    private static HttpHeaders bare(Request from) {
        var headers = DefaultHttpHeadersFactory.headersFactory().newHeaders().add(from.headers());
        for (String name : from.headers().names()) {
            if (name.regionMatches(true, 0, Mirrors.PARAMETER, 0, Mirrors.PARAMETER.length())) {
                headers.remove(name);
            }
        }
        return headers.remove(HttpHeaderNames.CONTENT_LENGTH)
                .remove(HttpHeaderNames.TRANSFER_ENCODING)
                .remove(HttpHeaderNames.CONNECTION)
                .remove(HttpHeaderNames.UPGRADE)
                .remove(Lines.NAME)
                .remove(HeaderNames.SESSION)
                .remove(HeaderNames.LAST_EVENT)
                .remove(HeaderNames.VERSION)
                .remove(HeaderNames.METHOD)
                .remove(HeaderNames.NAME)
                .set(HttpHeaderNames.ACCEPT, "application/json, text/event-stream");
    }

    private static void mirror(HttpHeaders headers, Envelope message, String claim) {
        if (ProtocolVersion.find(claim) == null) {
            throw new Refusal(new Reason.UnsupportedVersion(claim, ProtocolVersion.supported(true)));
        }
        headers.set(HeaderNames.VERSION, claim);
        String method = message.method();
        if (method != null) {
            if (!Mirrors.encoded(method).equals(method)) {
                throw new Refusal(new Reason.UnknownMethod(method));
            }
            headers.set(HeaderNames.METHOD, method);
        }
        if (message.name() != null) {
            headers.set(HeaderNames.NAME, Mirrors.encoded(message.name()));
        }
    }
}
