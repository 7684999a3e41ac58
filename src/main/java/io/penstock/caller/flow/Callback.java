package io.penstock.caller.flow;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a browser came back with from an authorization server; null where it came without.
 *
 * @param provider as the path names it
 */
public record Callback(
        @Nullable String provider,
        @Nullable String state,
        @Nullable String code,
        @Nullable String error,
        @Nullable String iss) {

    private static final int LONGEST_CODE = 8192;

    /** RFC 6749, 4.1.2.1, and OpenID Connect Core 1.0, 3.1.2.6. */
    private static final Set<String> ERRORS = Set.of(
            "invalid_request",
            "unauthorized_client",
            "access_denied",
            "unsupported_response_type",
            "invalid_scope",
            "invalid_target",
            "server_error",
            "temporarily_unavailable",
            "interaction_required",
            "login_required",
            "account_selection_required",
            "consent_required");

    /** Whether there is a code that can be one. */
    public boolean hasCode() {
        return code != null && !code.isEmpty() && code.length() <= LONGEST_CODE;
    }

    /** The error as it may be repeated: anybody can have written it into the address. */
    public String plainError() {
        return error != null && ERRORS.contains(error) ? error : "an error of a kind that is not known here";
    }

    /** Without the code and the state, which are secrets. */
    @Override
    public String toString() {
        return "Callback[" + provider + ", " + iss + "]";
    }
}
