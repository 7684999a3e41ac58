package io.penstock.wire;

import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * A refusal as MCP shows it: the HTTP status and the JSON-RPC error. Codes of the gateway's own stay outside the ranges that the
 * specification keeps for itself (2026-07-28, Basic): what has no code of its own there is -32600, -32602 or -32603.
 *
 * @param data a JSON value; null for none
 */
public record RpcError(
        int status, int code, String message, @Nullable String data) {

    private static final int PARSE_ERROR = -32700;
    private static final int INVALID_REQUEST = -32600;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;
    private static final int INTERNAL = -32603;
    private static final int NO_SUCH_RESOURCE = -32002;
    private static final int HEADER_MISMATCH = -32020;
    private static final int UNSUPPORTED_VERSION = -32022;

    /** Of 2025-11-25 alone (Elicitation, "URL Mode"): the next revision does not have it. */
    private static final int URL_ELICITATION = -32042;

    /** What a caller sees of a bug: nothing but the id that finds it in the log. */
    public static RpcError bug(String correlationId) {
        return new RpcError(500, INTERNAL, "Internal error", "{\"correlation_id\":" + quote(correlationId) + "}");
    }

    public static RpcError of(Reason reason) {
        return switch (reason) {
            case Reason.Unparsable r -> plain(400, PARSE_ERROR, r);
            case Reason.Malformed r -> plain(400, INVALID_REQUEST, r);
            case Reason.BadParams r -> plain(400, INVALID_PARAMS, r);
            case Reason.NoSuchResource r ->
                new RpcError(400, INVALID_PARAMS, r.detail(), "{\"uri\":" + quote(r.uri()) + "}");
            case Reason.Invalid r -> plain(422, INVALID_PARAMS, r);
            case Reason.HeaderMismatch r -> plain(400, HEADER_MISMATCH, r);
            case Reason.UnsupportedVersion r -> new RpcError(400, UNSUPPORTED_VERSION, r.detail(), versions(r));
            case Reason.Unauthenticated r -> plain(401, INVALID_REQUEST, r);
            case Reason.Forbidden r ->
                new RpcError(403, INVALID_REQUEST, r.detail(), "{\"scope\":" + quote(r.scope()) + "}");
            case Reason.Barred r -> plain(403, INVALID_REQUEST, r);
            case Reason.PasswordExpired r -> plain(403, INVALID_REQUEST, r);
            case Reason.NeedsAuthorization r ->
                new RpcError(
                        403, r.elicitation() == null ? INVALID_REQUEST : URL_ELICITATION, r.detail(), agreement(r));
            case Reason.ForeignOrigin r -> plain(403, INVALID_REQUEST, r);
            case Reason.NotFound r -> plain(404, INVALID_REQUEST, r);
            case Reason.SessionEnded r -> plain(404, INVALID_REQUEST, r);
            case Reason.UnknownMethod r -> plain(404, METHOD_NOT_FOUND, r);
            case Reason.MethodNotAllowed r -> plain(405, INVALID_REQUEST, r);
            case Reason.Conflict r -> plain(409, INVALID_REQUEST, r);
            case Reason.Stale r -> plain(412, INVALID_REQUEST, r);
            case Reason.TooLarge r -> plain(413, INVALID_REQUEST, r);
            case Reason.HeadTooLarge r -> plain(r.status(), INVALID_REQUEST, r);
            case Reason.TooSlow r -> plain(408, INVALID_REQUEST, r);
            case Reason.WrongMediaType r -> plain(r.status(), INVALID_REQUEST, r);
            case Reason.TooMany r -> new RpcError(429, INTERNAL, r.detail(), later(r.retryAfter(), r.limit()));
            case Reason.Unavailable r -> new RpcError(503, INTERNAL, r.detail(), later(r.retryAfter(), null));
            case Reason.UpstreamFailed r ->
                new RpcError(
                        502,
                        INTERNAL,
                        r.detail(),
                        r.upstreamStatus() == null ? null : "{\"upstream_status\":" + r.upstreamStatus() + "}");
            case Reason.UpstreamTimedOut r -> plain(504, INTERNAL, r);
        };
    }

    /** As a request's own answer: with 200, like a result. */
    public RpcError answered(Reason reason) {
        return new RpcError(200, reason instanceof Reason.NoSuchResource ? NO_SUCH_RESOURCE : code, message, data);
    }

    private static RpcError plain(int status, int code, Reason reason) {
        return new RpcError(status, code, reason.detail(), null);
    }

    private static String agreement(Reason.NeedsAuthorization reason) {
        String url = quote(reason.url());
        return "{\"authorize_url\":" + url
                + (reason.elicitation() == null
                        ? ""
                        : ",\"elicitations\":[{\"mode\":\"url\",\"elicitationId\":" + quote(reason.elicitation())
                                + ",\"url\":" + url + ",\"message\":" + quote(reason.invitation()) + "}]")
                + "}";
    }

    private static String versions(Reason.UnsupportedVersion reason) {
        var supported = new StringBuilder();
        for (String version : reason.supported()) {
            supported.append(supported.isEmpty() ? "" : ",").append(quote(version));
        }
        return "{\"supported\":[" + supported + "],\"requested\":" + quote(reason.requested()) + "}";
    }

    /** For lines, whose messages have no {@code Retry-After}. */
    private static String later(Duration retryAfter, @Nullable Limit limit) {
        return "{\"retry_after\":" + Limit.seconds(retryAfter)
                + (limit == null ? "" : ",\"limit\":" + quote(limit.name())) + "}";
    }

    private static String quote(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }

    /**
     * The whole JSON-RPC message.
     *
     * @param id the request's id as JSON text; null where it is not known, and then there is none in the message
     */
    public String json(@Nullable String id) {
        return "{\"jsonrpc\":\"2.0\","
                + (id == null ? "" : "\"id\":" + id + ",")
                + "\"error\":{\"code\":" + code + ",\"message\":" + quote(message)
                + (data == null ? "" : ",\"data\":" + data)
                + "}}";
    }

    /** {@link #json} as UTF-8. */
    public byte[] bytes(@Nullable String id) {
        return json(id).getBytes(StandardCharsets.UTF_8);
    }
}
