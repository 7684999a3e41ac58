package io.penstock.oauth.grant;

import io.penstock.vault.Secret;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an authorization server gave (RFC 6749, 5.1).
 *
 * @param refresh null where it gave none: the one before stays good then
 * @param lifetime of the access token, clamped to what is believable
 * @param scopes what was granted where that differs from what was asked for; null where it does not
 */
public record Granted(
        Secret access,
        @Nullable Secret refresh,
        Duration lifetime,
        @Nullable List<String> scopes) {

    public Granted {
        scopes = scopes == null ? null : List.copyOf(scopes);
    }
}
