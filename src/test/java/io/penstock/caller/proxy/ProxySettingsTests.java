package io.penstock.caller.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.caller.proxy.ProxySettings.GroupsFormat;
import io.penstock.vault.Secret;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

class ProxySettingsTests {

    private static ProxySettings settings(boolean trusted, String user, String cidrs, String groups, String address) {
        var ranges = cidrs.isEmpty() ? List.<String>of() : Arrays.asList(cidrs.split(",", -1));
        return new ProxySettings(false, trusted, user, ranges, true, groups, GroupsFormat.COMMAS, address);
    }

    private static void refused(Runnable making, String setting) {
        assertThatThrownBy(making::run)
                .isInstanceOfSatisfying(
                        InvalidConfigurationPropertyValueException.class,
                        error -> assertThat(error.getName()).isEqualTo(setting));
    }

    /** S1. */
    @Test
    void trustInNobodyOrEverybodyStopsTheStart() {
        refused(() -> settings(true, "X-User", "", "", "X-Forwarded-For"), "TRUSTED_PROXY_CIDRS");
        refused(() -> settings(true, "X-User", "0.0.0.0/0", "", "X-Forwarded-For"), "TRUSTED_PROXY_CIDRS");
        refused(() -> settings(true, "X-User", "::/0", "", "X-Forwarded-For"), "TRUSTED_PROXY_CIDRS");
        refused(() -> settings(false, "X-User", "10.0.0.0/99", "", "X-Forwarded-For"), "TRUSTED_PROXY_CIDRS");
        assertThat(settings(false, "X-User", "", "", "X-Forwarded-For").on()).isFalse();
        assertThat(settings(true, "X-User", "10.0.0.0/8", "", "X-Forwarded-For").on())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "X User",
                "X_User",
                "X.User",
                "-X",
                "Authorization",
                "COOKIE",
                "Host",
                "Content-Type",
                "Mcp-Session-Id",
                "Sec-WebSocket-Key",
                "Proxy-Vouched",
                "X-Proxy-Signature",
                "X-Forwarded-For"
            })
    void aHeaderThatMeansSomethingElseNamesNoUser(String name) {
        refused(
                () -> settings(true, name, "10.0.0.0/8", "", "X-Forwarded-For"),
                name.equals("X-Forwarded-For") ? "PROXY_ADDRESS_HEADER" : "PROXY_USER_HEADER");
    }

    @Test
    void eachHeaderIsAnother() {
        refused(() -> settings(true, "X-User", "10.0.0.0/8", "x-user", "X-Forwarded-For"), "PROXY_GROUPS_HEADER");
        refused(() -> settings(true, "X-User", "10.0.0.0/8", "X_Groups", "X-Forwarded-For"), "PROXY_GROUPS_HEADER");
        refused(() -> settings(true, "X-User", "10.0.0.0/8", "X-Groups", "x-groups"), "PROXY_ADDRESS_HEADER");
    }

    @ParameterizedTest
    @CsvSource({
        "MTLS, '', '', '', '', '', PROXY_PROOF_SAN",
        "HMAC, hush, '', '', '', '', PROXY_PROOF_SECRET",
        "HMAC, '', '', '', '', '', PROXY_PROOF_SECRET",
        "JWT, '', '', https://i/jwks, https://i, a, PROXY_PROOF_HEADER",
        "JWT, '', Host, https://i/jwks, https://i, a, PROXY_PROOF_HEADER",
        "JWT, '', X-Assertion, https://i/jwks, '', a, PROXY_PROOF_ISSUER",
        "JWT, '', X-Assertion, https://i/jwks, https://i, '', PROXY_PROOF_AUDIENCE",
        "JWT, '', X-Assertion, '', https://i, a, PROXY_PROOF_JWKS_URL",
        "JWT, '', X-Assertion, ftp://i, https://i, a, PROXY_PROOF_JWKS_URL",
        "JWT, '', X-Assertion, https://me:hush@i/jwks, https://i, a, PROXY_PROOF_JWKS_URL"
    })
    void aProofNeedsWhatItIsVerifiedWith(
            ProofSettings.Kind kind,
            String secret,
            String header,
            String url,
            String issuer,
            String audience,
            String setting) {
        refused(() -> new ProofSettings(kind, new Secret(secret), header, url, issuer, audience, "", ""), setting);
    }

    @Test
    void groupsAreReadOfAssertionsAlone() {
        refused(
                () -> new ProofSettings(
                        ProofSettings.Kind.MTLS, new Secret(""), "", "", "", "", "groups", "proxy.example"),
                "PROXY_PROOF_GROUPS_CLAIM");
    }
}
