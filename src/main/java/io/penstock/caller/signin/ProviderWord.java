package io.penstock.caller.signin;

import io.penstock.caller.BearerToken;
import io.penstock.wire.Refusal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a provider says beside its code when it sends a browser back. Of its errors the code is repeated, where it is a known one. */
final class ProviderWord {

    /** RFC 6749, 4.1.2.1, and OpenID Connect Core 1.0, 3.1.2.6. */
    private static final Set<String> ERRORS = Set.of(
            "invalid_request",
            "unauthorized_client",
            "unsupported_response_type",
            "invalid_scope",
            "server_error",
            "temporarily_unavailable",
            "interaction_required",
            "login_required",
            "account_selection_required",
            "consent_required");

    private ProviderWord() {}

    /**
     * Why the answer is not to be believed, or is none; null where it is.
     *
     * @param asked who was asked when the sign-in was begun
     * @param namesItself whether its answers carry {@code iss}
     */
    static @Nullable Refusal wrong(SignIn.Callback callback, String issuer, String asked, boolean namesItself) {
        if (!issuer.equals(asked)) {
            return BearerToken.refused("The identity provider was changed meanwhile: sign in again at /oauth/login");
        }
        String iss = callback.iss();
        if (iss == null ? namesItself : !iss.equals(issuer)) {
            return BearerToken.refused(
                    iss == null
                            ? "The answer does not say whose it is, although this identity provider's answers do (iss)"
                            : "The answer is another identity provider's than the one that was asked (iss)");
        }
        return callback.error() == null ? null : error(callback.error());
    }

    private static Refusal error(String error) {
        if (error.equals("access_denied")) {
            return BearerToken.refused("The identity provider, or you there, refused this sign-in (access_denied)");
        }
        return Answer.failed(
                "ended the sign-in with "
                        + (ERRORS.contains(error) ? error : "an error of a kind that is not known here"),
                null);
    }
}
