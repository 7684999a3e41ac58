package io.penstock.catalog;

import io.penstock.vault.Secret;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How access tokens for an upstream are got (RFC 6749).
 *
 * @param provider the template that filled what was not given; null for none
 * @param issuer the authorization server's identifier (RFC 8414), compared with {@code iss} (RFC 9207); null where it is not known
 * @param tokenUrl where tokens are asked for; null where the issuer's metadata tell
 * @param authorizationUrl where users agree; null where the grant needs none, or the issuer's metadata tell
 * @param revocationUrl where tokens are revoked (RFC 7009); null where the server cannot
 * @param redirectUri where users come back to; null for the gateway's own
 * @param clientId null where this gateway is to get one there
 * @param clientSecret null for a public client, or one with a key
 * @param clientKey null for a client without one
 * @param scopes what is asked for, in the order given
 * @param audience null for none
 * @param resource the resource that tokens are for (RFC 8707); null for the gateway's URL
 * @param exchange what callers' own tokens are exchanged for; null where the grant exchanges none
 */
public record OAuthConfig(
        Grant grant,
        @Nullable String provider,
        @Nullable URI issuer,
        @Nullable URI tokenUrl,
        @Nullable URI authorizationUrl,
        @Nullable URI revocationUrl,
        @Nullable URI redirectUri,
        @Nullable String clientId,
        @Nullable Secret clientSecret,
        @Nullable ClientKey clientKey,
        ClientAuth clientAuth,
        List<String> scopes,
        @Nullable String audience,
        @Nullable String resource,
        @Nullable Exchange exchange) {

    public OAuthConfig {
        scopes = List.copyOf(scopes);
    }

    /** Who agrees to the access. */
    public enum Grant {
        /** The gateway itself (RFC 6749, 4.4). */
        CLIENT_CREDENTIALS,
        /** Each user for themselves (RFC 6749, 4.1). */
        AUTHORIZATION_CODE,
        /** The server, which takes the caller's own token (RFC 8693). */
        TOKEN_EXCHANGE,
        /** The enterprise's identity provider, whose word the server takes (draft-ietf-oauth-identity-assertion-authz-grant). */
        ID_JAG;

        /** Whether the caller's own token is exchanged. */
        public boolean exchanges() {
            return this == TOKEN_EXCHANGE || this == ID_JAG;
        }

        /** Whether each user has tokens of their own. */
        public boolean isPerUser() {
            return this != CLIENT_CREDENTIALS;
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How a caller's own token is exchanged.
     *
     * @param subject what kind of token it is
     * @param idp where it is exchanged for an assertion that the server takes; null where the server itself exchanges it
     */
    public record Exchange(Subject subject, @Nullable IdentityProvider idp) {}

    /** The kind of a caller's token (RFC 8693, 3). */
    public enum Subject {
        ACCESS_TOKEN,
        JWT,
        ID_TOKEN;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An identity provider, as which client this gateway asks it.
     *
     * @param clientSecret null for a public client, or one with a key
     * @param clientKey null for a client without one
     */
    public record IdentityProvider(
            URI tokenUrl,
            String clientId,
            @Nullable Secret clientSecret,
            @Nullable ClientKey clientKey,
            ClientAuth clientAuth) {}

    /**
     * A private key that a client signs with to show itself (RFC 7523, 2.2).
     *
     * @param key PEM (RFC 7468) or a JWK (RFC 7517)
     * @param id what the server knows the key by; null leaves it to the JWK, or to the server
     */
    public record ClientKey(Secret key, @Nullable String id) {}

    /** How the gateway shows at the token endpoint which client it is (RFC 6749, 2.3). */
    public enum ClientAuth {
        CLIENT_SECRET_BASIC,
        CLIENT_SECRET_POST,
        PRIVATE_KEY_JWT,
        NONE;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
