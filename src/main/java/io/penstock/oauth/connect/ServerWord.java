package io.penstock.oauth.connect;

import io.penstock.caller.flow.Callback;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Whether what a browser came back with is the answer of the authorization server that was asked. */
final class ServerWord {

    private ServerWord() {}

    /**
     * Why it is not to be believed; null where it is. The same for errors, which anybody could send too (RFC 9207, 2.4).
     *
     * @param authorize where the browser was sent
     */
    static @Nullable Refusal wrong(Callback callback, Pending pending, URI authorize) {
        String iss = callback.iss();
        String issuer = pending.issuer();
        if (iss == null) {
            return pending.namesItself()
                    ? barred(
                            "The answer does not say whose it is, although this authorization server's answers do (iss)")
                    : null;
        }
        boolean right = issuer == null ? isOf(iss, authorize) : iss.equals(issuer);
        return right
                ? null
                : barred("The answer is another authorization server's than the one that was asked (iss)"
                        + (issuer == null ? ": where it is the right one, an operator sets oauth_config.issuer" : ""));
    }

    /** Where nobody wrote the issuer down, its host at least has to be the one that the browser was sent to. */
    private static boolean isOf(String iss, URI authorize) {
        try {
            return authorize.getHost().equalsIgnoreCase(URI.create(iss).getHost());
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    /** What an error of the server says; null where it gave a code. */
    static @Nullable Refusal error(Callback callback) {
        String error = callback.error();
        if (error != null) {
            return error.equals("access_denied")
                    ? barred("The authorization server, or you there, refused this (access_denied)")
                    : failed("ended this with " + callback.plainError());
        }
        return callback.hasCode() ? null : failed("sent the browser back without a code");
    }

    private static Refusal barred(String detail) {
        return new Refusal(new Reason.Barred(detail));
    }

    private static Refusal failed(String what) {
        return new Refusal(new Reason.UpstreamFailed("The authorization server " + what, null));
    }
}
