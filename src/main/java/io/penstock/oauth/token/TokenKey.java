package io.penstock.oauth.token;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.oauth.server.AuthorizationServer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose token for which upstream, and from whom.
 *
 * @param user the canonical user name; empty for the gateway's own token
 * @param authority what the token was given by and to, as a digest: one that another server, or another client got, is not good any more
 * @param credential which credential of the gateway its own token was got with: what one secret got is not for whom another one is set; null
 *     for a user's token, which its user agreed to
 */
record TokenKey(
        UUID gateway,
        String user,
        String authority,
        @Nullable UUID credential) {

    static TokenKey of(Gateway gateway, Grant grant, AuthorizationServer server, String user) {
        return of(gateway, grant, user, authority(gateway, grant, server));
    }

    /** @param authority that of the server, as {@link #authority} makes it */
    static TokenKey of(Gateway gateway, Grant grant, String user, String authority) {
        return grant.isPerUser()
                ? new TokenKey(gateway.id(), user, authority, null)
                : new TokenKey(gateway.id(), "", authority, gateway.auth().id());
    }

    static String authority(Gateway gateway, Grant grant, AuthorizationServer server) {
        String upstream = gateway.url().getScheme() + "://" + gateway.url().getRawAuthority();
        String text = grant + "\n" + upstream + "\n" + server.resource() + "\n" + server.issuer() + "\n"
                + server.token() + "\n" + server.client().id();
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
