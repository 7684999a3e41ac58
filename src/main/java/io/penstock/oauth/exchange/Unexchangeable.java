package io.penstock.oauth.exchange;

import io.penstock.catalog.OAuthConfig.Subject;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;

/** What a caller is told who has nothing that can be exchanged. */
final class Unexchangeable {

    private Unexchangeable() {}

    /** Who came with nothing of that kind. */
    static Refusal barred(Wanted wanted) {
        String came = switch (wanted.caller().source()) {
            case API_TOKEN -> "with an API token";
            case PROXY -> "by a proxy's word";
            case SESSION -> "with a session that a password opened";
            case ANONYMOUS -> "as nobody";
            case GATEWAY, JWT -> "without one";
        };
        return refusal(
                wanted,
                "call with a JWT of your identity provider in Authorization: Bearer ..., or sign in there with a"
                        + " browser; you came " + came + ", which no other server can verify");
    }

    /** Who signed in, where another kind of token is wanted. */
    static Refusal otherKind(Wanted wanted, Subject kind) {
        return refusal(
                wanted,
                "of a sign-in there is an ID token only, and this gateway's subject_token_type is " + kind.text()
                        + ": call with a JWT in Authorization: Bearer ..., or have it set to id_token, if its"
                        + " authorization server takes ID tokens");
    }

    /** Who signed in before there was a reason to keep the ID token. */
    static Refusal notKept(Wanted wanted) {
        return refusal(wanted, "no ID token of your sign-in is kept: sign in again at /oauth/login");
    }

    private static Refusal refusal(Wanted wanted, String what) {
        return new Refusal(new Reason.Barred(wanted.gateway().name() + " takes its callers' own identity: " + what));
    }
}
