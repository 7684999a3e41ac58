package io.penstock.api.entrance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem as clients read it (RFC 9457).
 *
 * @param correlationId names the request in the logs and the audit trail
 * @param errors the refused fields of the input, each by name; null where it is not the input's fault
 * @param limit the name of the limit that the call is beyond; null where it is beyond none
 * @param authorizeUrl where the caller agrees that calls use their account at an upstream; null where that is not what is missing
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String correlationId,
        @Nullable List<Reason.Invalid.Field> errors,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String limit,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String authorizeUrl) {

    private static final String TYPES = "urn:penstock:problem:";

    public static Problem of(Reason reason, String correlationId) {
        var errors = reason instanceof Reason.Invalid invalid ? invalid.fields() : null;
        var limit = reason instanceof Reason.TooMany many && many.limit() != null
                ? many.limit().name()
                : null;
        var authorizeUrl = reason instanceof Reason.NeedsAuthorization needs ? needs.url() : null;
        var status = status(reason);
        return new Problem(
                TYPES + name(reason),
                title(status),
                status,
                reason.detail(),
                correlationId,
                errors,
                limit,
                authorizeUrl);
    }

    /** For what nobody foresaw: nothing of it is told. */
    public static Problem bug(String correlationId) {
        return new Problem(
                TYPES + "internal",
                title(500),
                500,
                "Something went wrong here. The log names the cause under the correlation id",
                correlationId,
                null,
                null,
                null);
    }

    /** The HTTP status that answers a reason. */
    public static int status(Reason reason) {
        return switch (reason) {
            case Reason.Unparsable _,
                    Reason.Malformed _,
                    Reason.BadParams _,
                    Reason.NoSuchResource _,
                    Reason.HeaderMismatch _,
                    Reason.UnsupportedVersion _ -> 400;
            case Reason.Invalid _ -> 422;
            case Reason.Unauthenticated _ -> 401;
            case Reason.Forbidden _,
                    Reason.Barred _,
                    Reason.PasswordExpired _,
                    Reason.NeedsAuthorization _,
                    Reason.ForeignOrigin _ -> 403;
            case Reason.NotFound _, Reason.SessionEnded _, Reason.UnknownMethod _ -> 404;
            case Reason.MethodNotAllowed _ -> 405;
            case Reason.Conflict _ -> 409;
            case Reason.Stale _ -> 412;
            case Reason.TooLarge _ -> 413;
            case Reason.HeadTooLarge head -> head.status();
            case Reason.TooSlow _ -> 408;
            case Reason.WrongMediaType wrong -> wrong.status();
            case Reason.TooMany _ -> 429;
            case Reason.Unavailable _ -> 503;
            case Reason.UpstreamFailed _ -> 502;
            case Reason.UpstreamTimedOut _ -> 504;
        };
    }

    private static String name(Reason reason) {
        return switch (reason) {
            case Reason.Unparsable _ -> "unparsable";
            case Reason.Malformed _, Reason.BadParams _, Reason.NoSuchResource _, Reason.HeaderMismatch _ ->
                "malformed";
            case Reason.UnsupportedVersion _ -> "unsupported-version";
            case Reason.Invalid _ -> "invalid";
            case Reason.Unauthenticated _ -> "unauthenticated";
            case Reason.Forbidden _, Reason.Barred _ -> "forbidden";
            case Reason.PasswordExpired _ -> "password-expired";
            case Reason.NeedsAuthorization _ -> "needs-authorization";
            case Reason.ForeignOrigin _ -> "foreign-origin";
            case Reason.NotFound _, Reason.SessionEnded _, Reason.UnknownMethod _ -> "not-found";
            case Reason.MethodNotAllowed _ -> "method-not-allowed";
            case Reason.Conflict _ -> "conflict";
            case Reason.Stale _ -> "stale";
            case Reason.TooLarge _ -> "too-large";
            case Reason.HeadTooLarge _ -> "head-too-large";
            case Reason.TooSlow _ -> "too-slow";
            case Reason.WrongMediaType _ -> "wrong-media-type";
            case Reason.TooMany _ -> "too-many";
            case Reason.Unavailable _ -> "unavailable";
            case Reason.UpstreamFailed _ -> "upstream-failed";
            case Reason.UpstreamTimedOut _ -> "upstream-timed-out";
        };
    }

    private static String title(int status) {
        var known = org.springframework.http.HttpStatus.resolve(status);
        return known == null ? "Refused" : known.getReasonPhrase();
    }
}
