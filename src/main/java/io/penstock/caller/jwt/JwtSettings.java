package io.penstock.caller.jwt;

import io.penstock.vault.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Whose tokens are believed. The gateway's own issuer needs a secret, a public key or a key set's URL, unless other issuers are named.
 *
 * @param secretKey {@code JWT_SECRET_KEY}: signs and verifies HS256, HS384 and HS512; at least 32, 48 or 64 bytes. Must be set, unless
 *     {@code JWT_JWKS_URL}, {@code JWT_PUBLIC_KEY_PATH} or a further issuer is
 * @param algorithm {@code JWT_ALGORITHM}: the one algorithm of the secret or the public key, {@code HS256} to {@code ES512}
 * @param publicKeyPath {@code JWT_PUBLIC_KEY_PATH}: a PEM file, for the algorithms that begin with RS or ES
 * @param privateKeyPath {@code JWT_PRIVATE_KEY_PATH}: a PEM file, for the tokens of sign-ins here where the algorithm begins with RS or
 *     ES
 * @param jwksUrl {@code JWT_JWKS_URL}: where the own issuer publishes its keys, for the algorithms that begin with RS or ES
 * @param issuer {@code JWT_ISSUER}: the {@code iss} of the own issuer; the only one that is believed who is an administrator, unless
 *     another's {@code claims} say so
 * @param audience {@code JWT_AUDIENCE}: the {@code aud} that every token has to hold, or else the address of the MCP endpoint it is used at
 * @param maxLifetime {@code JWT_MAX_LIFETIME}: the longest time from {@code iat} to {@code exp}
 * @param issuers further issuers that are trusted, each by {@code PENSTOCK_JWT_ISSUERS_0_ISSUER}, {@code _0_JWKSURL}, {@code _0_AUDIENCE},
 *     {@code _0_ALGORITHMS} and {@code _0_CLAIMS}, counted from 0
 */
@ConfigurationProperties("penstock.jwt")
record JwtSettings(
        @DefaultValue("") Secret secretKey,
        @DefaultValue("HS256") String algorithm,
        @Nullable Path publicKeyPath,
        @Nullable Path privateKeyPath,
        @Nullable URI jwksUrl,
        @DefaultValue("penstock") String issuer,
        @DefaultValue("penstock") String audience,
        @DefaultValue("366d") Duration maxLifetime,
        @DefaultValue List<TrustedIssuer> issuers) {

    JwtSettings {
        if (!maxLifetime.isPositive()) {
            throw new InvalidConfigurationPropertyValueException(
                    "JWT_MAX_LIFETIME", null, "It must be longer than nothing, like 366d.");
        }
        issuers = List.copyOf(issuers);
    }

    /**
     * An issuer of tokens beside the gateway's own.
     *
     * @param issuer its {@code iss}, exactly
     * @param jwksUrl where it publishes its keys
     * @param audience the {@code aud} of its tokens for this gateway; {@code JWT_AUDIENCE} where it is not set
     * @param algorithms those it signs with, of RS256 to ES512
     * @param claims what it is believed beside the user's name, of {@code is_admin}, {@code teams}, {@code scopes} and {@code groups}.
     *     Scopes that are not believed still narrow what the user may do
     */
    record TrustedIssuer(
            String issuer,
            URI jwksUrl,
            @Nullable String audience,

            @DefaultValue({"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"})
            List<String> algorithms,

            @DefaultValue("teams") List<String> claims) {

        TrustedIssuer {
            algorithms = List.copyOf(algorithms);
            claims = List.copyOf(claims);
        }
    }
}
