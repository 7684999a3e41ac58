package io.penstock.caller.session;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * What browsers are offered. Asked by code that registers beans at the start: a condition of Spring's would be decided when the package is
 * built.
 */
public final class Offered {

    private Offered() {}

    /**
     * Whether {@code MCP_AUTH_ENABLED} says that they sign in with an identity provider.
     *
     * @throws BindException for what is neither yes nor no, which must not be taken for a no
     */
    public static boolean provider(Environment environment) {
        return Binder.get(environment)
                .bind("penstock.sign-in.enabled", boolean.class)
                .orElse(false);
    }

    /** Whether there are sessions: with an identity provider, or, where {@code SECRET_KEY} is set, with a password. */
    public static boolean sessions(Environment environment) {
        boolean keyed = !Binder.get(environment)
                .bind("penstock.session.secret-key", String.class)
                .orElse("")
                .isBlank();
        return keyed || provider(environment);
    }
}
