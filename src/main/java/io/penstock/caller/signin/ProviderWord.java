package io.penstock.caller.signin;

import io.penstock.caller.BearerToken;
import io.penstock.caller.flow.Callback;
import io.penstock.wire.Refusal;
import org.jspecify.annotations.Nullable;

/** What a provider says beside its code when it sends a browser back. Of its errors the code is repeated, where it is a known one. */
final class ProviderWord {

    private ProviderWord() {}

    /**
     * Why the answer is not to be believed, or is none; null where it is.
     *
     * @param asked who was asked when the sign-in was begun
     * @param namesItself whether its answers carry {@code iss}
     */
    static @Nullable Refusal wrong(Callback callback, String issuer, String asked, boolean namesItself) {
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
        return callback.error() == null ? null : error(callback);
    }

    private static Refusal error(Callback callback) {
        return "access_denied".equals(callback.error())
                ? BearerToken.refused("The identity provider, or you there, refused this sign-in (access_denied)")
                : Faults.failed("ended the sign-in with " + callback.plainError(), null);
    }
}
