package io.penstock.wire;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The one exception for every reason not to carry out a call; each edge answers it with one exhaustive switch. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Reason reason;

    public Refusal(Reason reason) {
        super(reason.detail(), null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Why a call was not carried out. The detail is written for the caller: what is wrong and what would be right. */
    public sealed interface Reason {

        String detail();

        /** The bytes are not one JSON text that every parser reads alike: 400, -32700. */
        record Unparsable(String detail) implements Reason {}

        /** JSON, but not the message or request that is expected here: 400, -32600. */
        record Malformed(String detail) implements Reason {}

        /** A message whose parameters break a rule: 400, -32602. */
        record BadParams(String detail) implements Reason {}

        /** No resource of that URI is shown: 400, -32602, and -32002 in the revisions with sessions (MCP, Resources). */
        record NoSuchResource(String uri) implements Reason {

            @Override
            public String detail() {
                return "Resource not found: " + uri;
            }
        }

        /** A mirrored header is missing or differs from the body: 400, -32020 (MCP 2026-07-28, Streamable HTTP). */
        record HeaderMismatch(String detail) implements Reason {}

        /** A protocol version that is not spoken in that place: 400, -32022 (MCP 2026-07-28, Versioning). */
        record UnsupportedVersion(String requested, List<String> supported) implements Reason {

            public UnsupportedVersion {
                supported = List.copyOf(supported);
            }

            @Override
            public String detail() {
                return "Unsupported protocol version; supported: " + String.join(", ", supported);
            }
        }

        /** Fields of a REST body that were refused, each by name: 422. */
        record Invalid(List<Field> fields) implements Reason {

            public Invalid {
                fields = List.copyOf(fields);
            }

            @Override
            public String detail() {
                return fields.size() == 1
                        ? fields.getFirst().field() + ": " + fields.getFirst().message()
                        : fields.size() + " fields were refused";
            }

            /** One refused field, in the path form of the request body ({@code oauth_config.token_url}). */
            public record Field(String field, String message) {}
        }

        /** Nobody, or nobody that can be believed: 401 with a challenge. */
        record Unauthenticated(String detail) implements Reason {}

        /** Known, but without the named permission: 403 with {@code insufficient_scope}. */
        record Forbidden(String scope) implements Reason {
            @Override
            public String detail() {
                return "This needs the scope " + scope;
            }
        }

        /** Known, but nobody may do that with such a credential: 403. */
        record Barred(String detail) implements Reason {}

        /** Known, but has to choose a password before anything else: 403. */
        record PasswordExpired() implements Reason {
            @Override
            public String detail() {
                return "Choose a new password first: POST /auth/password takes email, password and new_password";
            }
        }

        /**
         * The upstream wants the user's own agreement at its authorization server, and there is none that is good: 403.
         *
         * @param url where the user agrees, with a browser
         * @param elicitation names the request to visit that page, for a client that can show it to its user (2025-11-25, Elicitation); null
         *     where it cannot
         */
        record NeedsAuthorization(
                String upstream, String url, @Nullable String elicitation) implements Reason {

            /** For a client that can do no more than to show a message. */
            public NeedsAuthorization(String upstream, String url) {
                this(upstream, url, null);
            }

            /** What a user is told who is shown the page. */
            public String invitation() {
                return "Connect your account at " + upstream + ", so that your calls can use it";
            }

            /** The same for a client that can show its user a page to visit. */
            public NeedsAuthorization elicited() {
                return new NeedsAuthorization(upstream, url, UUID.randomUUID().toString());
            }

            @Override
            public String detail() {
                return upstream + " wants each user's own agreement, and there is none of yours that is good: open "
                        + url + " in a browser, and agree";
            }
        }

        /** The request comes from an origin that is not allowed: 403. */
        record ForeignOrigin(String detail) implements Reason {}

        /** It does not exist, or the caller may not see it: 404, the same answer for both. */
        record NotFound(String detail) implements Reason {}

        /** The session has ended, never was, or is somebody else's: 404, so that a client starts anew. */
        record SessionEnded(String detail) implements Reason {}

        /** A JSON-RPC method without a rule: -32601, with 404 on the stateless revision. */
        record UnknownMethod(String method) implements Reason {
            @Override
            public String detail() {
                return "Method not found";
            }
        }

        /** The path does not take this HTTP method: 405 with {@code Allow}. */
        record MethodNotAllowed(String allow) implements Reason {
            @Override
            public String detail() {
                return "Allowed here: " + allow;
            }
        }

        /** Another object has that name, or the state forbids the change: 409. */
        record Conflict(String detail) implements Reason {}

        /** {@code If-Match} names another version than the current one: 412. */
        record Stale(String detail) implements Reason {}

        /** More bytes than the limit: 413. */
        record TooLarge(long limitBytes) implements Reason {
            @Override
            public String detail() {
                return "The body is larger than " + limitBytes + " bytes";
            }
        }

        /** Headers (431) or a request line (414) beyond the limit. */
        record HeadTooLarge(boolean line, String detail) implements Reason {

            /** The HTTP status that says which. */
            public int status() {
                return line ? 414 : 431;
            }
        }

        /** The body did not come in time: 408. */
        record TooSlow() implements Reason {
            @Override
            public String detail() {
                return "The body did not come in time: send it at once after the headers, without pauses";
            }
        }

        /** A media type that is not taken or cannot be given here: 415 or 406. */
        record WrongMediaType(int status, String detail) implements Reason {}

        /**
         * More than the caller's share: 429 with {@code Retry-After}.
         *
         * @param limit which one it is beyond, where it has figures; else null
         */
        record TooMany(
                String detail,
                Duration retryAfter,
                @Nullable Limit limit) implements Reason {

            /** Beyond a limit that has no figures to show. */
            public TooMany(String detail, Duration retryAfter) {
                this(detail, retryAfter, null);
            }
        }

        /** The gateway cannot do this now, and says when to try again: 503 with {@code Retry-After}. */
        record Unavailable(String detail, Duration retryAfter) implements Reason {}

        /**
         * The upstream refused, broke off, or answered what is no MCP: 502, -32603.
         *
         * @param how how far it came
         */
        record UpstreamFailed(String detail, @Nullable Integer upstreamStatus, How how) implements Reason {

            /** How far a call came. */
            public enum How {
                /** It was answered, or the upstream not reached. */
                ENDED,
                /** The connection or the stream ended before the response, so that nobody knows what was done. */
                BROKE_OFF,
                /**
                 * Nothing was done, because the gateway itself is not known by what it showed ahead of the call: its TLS certificate at the
                 * upstream, or its client's secret at the authorization server.
                 */
                UNKNOWN_GATEWAY,
                /** The answer is more than is taken: what was asked for is large, and the upstream is well. */
                TOO_LARGE
            }

            /** One that answered, or was not reached. */
            public UpstreamFailed(String detail, @Nullable Integer upstreamStatus) {
                this(detail, upstreamStatus, How.ENDED);
            }

            /** Whether an error is that the gateway itself is not known by what it showed ahead of the call. */
            public static boolean unknownGateway(Throwable error) {
                return error instanceof Refusal refusal
                        && refusal.reason() instanceof UpstreamFailed failed
                        && failed.how() == How.UNKNOWN_GATEWAY;
            }

            /** Whether an error is that an upstream does not take the credential it was shown, so that it did nothing. */
            public static boolean refusedCredential(Throwable error) {
                return error instanceof Refusal refusal
                        && refusal.reason() instanceof UpstreamFailed failed
                        && Integer.valueOf(401).equals(failed.upstreamStatus());
            }

            /** Whether an error is that an upstream broke off. */
            public static boolean brokeOff(Throwable error) {
                return error instanceof Refusal refusal
                        && refusal.reason() instanceof UpstreamFailed failed
                        && failed.how() == How.BROKE_OFF;
            }
        }

        /** The upstream did not answer in time: 504, -32603. */
        record UpstreamTimedOut(String detail) implements Reason {}
    }
}
