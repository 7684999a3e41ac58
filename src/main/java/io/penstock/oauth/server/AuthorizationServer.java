package io.penstock.oauth.server;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.ClientKey;
import io.penstock.oauth.Providers;
import io.penstock.vault.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's authorization server, and what it is asked for.
 *
 * @param issuer its identifier (RFC 8414, 2), letter by letter; null where it is not known
 * @param authorize where users agree; null where it is not known
 * @param token where tokens are asked for
 * @param revocation where tokens are revoked (RFC 7009); null where the server cannot
 * @param client as whom this gateway asks
 * @param namesItself whether its answers to browsers name it by {@code iss} (RFC 9207): one that does not is not its answer then
 * @param scopes what is asked for; empty leaves it to the server
 * @param resource what tokens are to be good for (RFC 8707)
 * @param takesResource whether it may be told so; some refuse whoever tells them
 * @param audience null for none
 * @param given addresses that the operator wrote; others are connected to where they are public, or allowed by a setting
 */
public record AuthorizationServer(
        @Nullable String issuer,
        @Nullable URI authorize,
        URI token,
        @Nullable URI revocation,
        Client client,
        boolean namesItself,
        List<String> scopes,
        String resource,
        boolean takesResource,
        @Nullable String audience,
        List<URI> given) {

    public AuthorizationServer {
        scopes = List.copyOf(scopes);
        given = List.copyOf(given);
    }

    /**
     * A client of that server.
     *
     * @param secret null for a public client, or one with a key
     * @param key null for a client without one
     */
    public record Client(
            String id, @Nullable Secret secret, @Nullable ClientKey key, ClientAuth auth) {

        /** As whom the configuration says that this gateway is known. Throws {@link NullPointerException} where it does not say. */
        static Client of(OAuthConfig config) {
            return new Client(
                    Objects.requireNonNull(config.clientId()),
                    config.clientSecret(),
                    config.clientKey(),
                    config.clientAuth());
        }
    }

    /** With the addresses and the client of the configuration. Throws {@link NullPointerException} where it has none. */
    public static AuthorizationServer fixed(Gateway gateway, OAuthConfig config) {
        URI issuer = config.issuer();
        String resource = config.resource();
        return new AuthorizationServer(
                issuer == null ? null : issuer.toString(),
                config.authorizationUrl(),
                Objects.requireNonNull(config.tokenUrl()),
                config.revocationUrl(),
                Client.of(config),
                false,
                config.scopes(),
                resource == null ? gateway.url().toString() : resource,
                takesResource(config),
                config.audience(),
                given(gateway, config));
    }

    /** Who assertions are for that show it a client (RFC 7523, 3): the server itself, wherever its endpoints lie. */
    public String addressee() {
        return issuer == null ? token.toString() : issuer;
    }

    /** Whether tokens are revoked at the server that they are asked of, or at its issuer: another one may be anybody's. */
    public boolean revokesItself() {
        return revocation != null
                && (origin(revocation).equals(origin(token))
                        || (issuer != null && origin(revocation).equals(origin(URI.create(issuer)))));
    }

    /** Where tokens are asked for, whichever gateway or client they are for. */
    public String origin() {
        return origin(token);
    }

    private static String origin(URI url) {
        return (url.getScheme() + "://" + url.getRawAuthority()).toLowerCase(Locale.ROOT);
    }

    /** Whoever writes one down wants it to be told. */
    static boolean takesResource(OAuthConfig config) {
        return config.resource() != null || Providers.takesResource(config.provider());
    }

    static List<URI> given(Gateway gateway, OAuthConfig config) {
        var given = new ArrayList<>(List.of(gateway.url()));
        add(given, config.issuer());
        add(given, config.tokenUrl());
        add(given, config.revocationUrl());
        return given;
    }

    private static void add(List<URI> all, @Nullable URI one) {
        if (one != null) {
            all.add(one);
        }
    }
}
