package io.penstock.api.signin;

import io.penstock.caller.session.CookiePolicy;
import io.penstock.caller.session.Sessions;
import io.penstock.caller.signin.SignIn;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What is there where users sign in with an identity provider. Elsewhere each of its parts answers that there is none. */
@Component
final class SignInParts {

    private final @Nullable SignIn signIn;
    private final @Nullable Sessions sessions;
    private final BrowserCookies cookies;

    SignInParts(ObjectProvider<SignIn> signIn, ObjectProvider<Sessions> sessions, ObjectProvider<CookiePolicy> policy) {
        this.signIn = signIn.getIfAvailable();
        this.sessions = sessions.getIfAvailable();
        this.cookies = new BrowserCookies(policy.getIfAvailable(() -> new CookiePolicy(true)));
    }

    boolean areThere() {
        return signIn != null;
    }

    /** @throws Refusal {@code NotFound} */
    SignIn signIn() {
        return there(signIn);
    }

    /** @throws Refusal {@code NotFound} */
    Sessions sessions() {
        return there(sessions);
    }

    BrowserCookies cookies() {
        return cookies;
    }

    private static <T> T there(@Nullable T part) {
        if (part == null) {
            throw new Refusal(
                    new Reason.NotFound(
                            "Nobody signs in with an identity provider here: operators set MCP_AUTH_ENABLED=true, and what is its provider's"));
        }
        return part;
    }
}
