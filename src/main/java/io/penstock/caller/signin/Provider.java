package io.penstock.caller.signin;

import io.penstock.vault.Secret;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The identity provider that users sign in with, as the settings name it.
 *
 * @param issuer the {@code iss} of its ID tokens, exactly
 * @param callback where it sends browsers back: from the settings alone, never from a request
 * @param scopes with spaces between
 * @param endpoints its endpoints; null where they are read from its metadata
 */
record Provider(
        Kind kind,
        String issuer,
        String clientId,
        Secret clientSecret,
        URI callback,
        String scopes,
        @Nullable Endpoints endpoints) {

    /** What the settings know it as. */
    enum Kind {
        COGNITO,
        OKTA,
        GENERIC;

        /** The name in settings and paths. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
