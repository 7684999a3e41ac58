package io.penstock.caller.proxy;

import static io.penstock.caller.proxy.ProxySettings.wrong;

import io.penstock.vault.Secret;
import io.penstock.vault.Strength;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a trusted proxy has to prove of the user that it names, beside its address.
 *
 * @param kind {@code PROXY_PROOF}: {@code none}; {@code hmac}, a signature with a shared secret over user, groups, time, method and path;
 *     {@code jwt}, a signed assertion in a header of its own; {@code mtls}, the proxy's certificate, where this server speaks TLS itself
 * @param secret {@code PROXY_PROOF_SECRET}: the secret that {@code hmac} shares with the proxy, at least 32 random characters
 * @param header {@code PROXY_PROOF_HEADER}: the header with the assertion for {@code jwt}, like {@code X-Goog-IAP-JWT-Assertion} or
 *     {@code Cf-Access-Jwt-Assertion}
 * @param jwksUrl {@code PROXY_PROOF_JWKS_URL}: where the keys of the assertions are published; with {@code {kid}} in it, where each key is
 *     as a PEM file, as AWS has them
 * @param issuer {@code PROXY_PROOF_ISSUER}: the {@code iss} of the assertions, exactly
 * @param audience {@code PROXY_PROOF_AUDIENCE}: what the {@code aud} of the assertions has to hold; of AWS, their {@code signer}
 * @param groupsClaim {@code PROXY_PROOF_GROUPS_CLAIM}: the claim of the assertions that names the user's groups, a list of names or
 *     names with spaces between them, like {@code groups} of Pomerium; a user without it is in none. Empty: the assertions say nothing of groups
 * @param san {@code PROXY_PROOF_SAN}: for {@code mtls}, one of the subject alternative names of the proxy's certificate, exactly
 */
@ConfigurationProperties("penstock.proxy.proof")
record ProofSettings(
        @DefaultValue("none") Kind kind,
        @DefaultValue("") Secret secret,
        @DefaultValue("") String header,
        @DefaultValue("") String jwksUrl,
        @DefaultValue("") String issuer,
        @DefaultValue("") String audience,
        @DefaultValue("") String groupsClaim,
        @DefaultValue("") String san) {

    /** How it is proven. */
    enum Kind {
        NONE,
        HMAC,
        JWT,
        MTLS
    }

    ProofSettings {
        groupsClaim = groupsClaim.strip();
        if (!header.isEmpty()) {
            ProxySettings.header("PROXY_PROOF_HEADER", header);
        }
        if (!groupsClaim.isEmpty() && kind != Kind.JWT) {
            throw wrong(
                    "PROXY_PROOF_GROUPS_CLAIM",
                    "It is read of signed assertions alone, with PROXY_PROOF=jwt. Right would be PROXY_GROUPS_HEADER.");
        }
        switch (kind) {
            case NONE -> {}
            case HMAC -> {
                String weakness = Strength.weakness(secret);
                if (weakness != null) {
                    throw wrong("PROXY_PROOF_SECRET", weakness);
                }
            }
            case MTLS -> present(kind, "PROXY_PROOF_SAN", san, "an alternative name of the proxy's certificate");
            case JWT -> {
                present(
                        kind,
                        "PROXY_PROOF_HEADER",
                        header,
                        "the header with the assertion, like Cf-Access-Jwt-Assertion");
                present(kind, "PROXY_PROOF_ISSUER", issuer, "the iss of the assertions");
                present(kind, "PROXY_PROOF_AUDIENCE", audience, "what the aud of the assertions has to hold");
                if (url(jwksUrl) == null) {
                    throw wrong("PROXY_PROOF_JWKS_URL", "It must be a URL like https://idp.example.com/jwks.json.");
                }
            }
        }
    }

    private static void present(Kind kind, String setting, String value, String right) {
        if (value.isBlank()) {
            throw wrong(
                    setting, "With PROXY_PROOF=" + kind.name().toLowerCase(Locale.ROOT) + " it must be " + right + ".");
        }
    }

    /** Null where it is none. */
    private static @Nullable URI url(String text) {
        try {
            var url = URI.create(text.replace("{kid}", "kid"));
            boolean http = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            return http && url.getHost() != null && url.getRawUserInfo() == null ? url : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
