package io.penstock.api.signin;

import io.penstock.caller.session.Sessions;
import io.penstock.caller.signin.SignIn;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What is there where users sign in with a browser. Elsewhere each of its parts answers that there is none. */
@Component
final class SignInParts {

    private final @Nullable SignIn signIn;
    private final @Nullable Sessions sessions;

    SignInParts(ObjectProvider<SignIn> signIn, ObjectProvider<Sessions> sessions) {
        this.signIn = signIn.getIfAvailable();
        this.sessions = sessions.getIfAvailable();
    }

    boolean areThere() {
        return signIn != null;
    }

    boolean haveSessions() {
        return sessions != null;
    }

    /** Whether browsers sign in with a password, because there is no identity provider. */
    boolean havePasswordsAlone() {
        return sessions != null && signIn == null;
    }

    /** @throws Refusal {@code NotFound} where passwords are not for browsers */
    Sessions passwordSessions() {
        if (signIn != null) {
            throw new Refusal(
                    new Reason.NotFound("Browsers sign in with the identity provider here: GET /oauth/login"));
        }
        return sessions();
    }

    /** @throws Refusal {@code NotFound} */
    SignIn signIn() {
        return there(signIn);
    }

    /** @throws Refusal {@code NotFound} */
    Sessions sessions() {
        return there(sessions);
    }

    private static <T> T there(@Nullable T part) {
        if (part == null) {
            throw nobodySignsIn();
        }
        return part;
    }

    static Refusal nobodySignsIn() {
        return new Refusal(
                new Reason.NotFound(
                        "Nobody signs in with a browser here: operators set MCP_AUTH_ENABLED=true and what is its identity provider's, or SECRET_KEY alone for passwords"));
    }
}
