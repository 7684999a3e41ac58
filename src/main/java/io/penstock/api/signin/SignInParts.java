package io.penstock.api.signin;

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

    SignInParts(ObjectProvider<SignIn> signIn, ObjectProvider<Sessions> sessions) {
        this.signIn = signIn.getIfAvailable();
        this.sessions = sessions.getIfAvailable();
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

    private static <T> T there(@Nullable T part) {
        if (part == null) {
            throw new Refusal(
                    new Reason.NotFound(
                            "Nobody signs in with an identity provider here: operators set MCP_AUTH_ENABLED=true, and what is its provider's"));
        }
        return part;
    }
}
