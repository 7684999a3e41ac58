package io.penstock.oauth.token;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.Grant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Whose token for which upstream, and from whom.
 *
 * @param user the canonical user name; empty for the gateway's own token
 * @param authority what the token was given by and to, as a digest: one that another server, or another client got, is not good any more
 */
record TokenKey(UUID gateway, String user, String authority) {

    static TokenKey of(Gateway gateway, OAuthConfig config, String user) {
        return of(gateway, config, user, authority(config));
    }

    /** @param authority that of the configuration */
    static TokenKey of(Gateway gateway, OAuthConfig config, String user, String authority) {
        boolean own = config.grant() == Grant.CLIENT_CREDENTIALS;
        return new TokenKey(gateway.id(), own ? "" : user, authority);
    }

    static String authority(OAuthConfig config) {
        String text = config.grant() + "\n" + config.issuer() + "\n" + config.tokenUrl() + "\n" + config.clientId();
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
