package io.penstock.caller.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.caller.proxy.ProofSettings.Kind;
import io.penstock.caller.proxy.ProxySettings.GroupsFormat;
import io.penstock.vault.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

class ProxyConfigurationTests {

    private static void door(Kind kind, String groupsHeader) {
        var settings = new ProxySettings(
                false,
                true,
                "X-Authenticated-User",
                List.of("10.1.2.3/32"),
                true,
                groupsHeader,
                GroupsFormat.COMMAS,
                "X-Forwarded-For");
        var proof = new ProofSettings(
                kind,
                new Secret("w7Kp2mXz9QvB4nTc8RfY1LdH6sJg3ZaE"),
                "X-Assertion",
                "https://idp.example.com/keys",
                "https://idp.example.com",
                "gateway",
                "",
                "proxy.example.com");
        assertThat(new ProxyConfiguration()
                        .identityHeaders(settings, proof, new TrustedPeers(settings.ranges()), "need"))
                .isNotNull();
    }

    /** Whoever gets the header past the proxy would be in the groups that they like. */
    @Test
    void anAssertionBesideGroupsThatItDoesNotProveStopsTheStart() {
        var wrong = catchThrowableOfType(
                InvalidConfigurationPropertyValueException.class, () -> door(Kind.JWT, "X-Groups"));

        assertThat(wrong.getName()).isEqualTo("PROXY_GROUPS_HEADER");
        assertThat(wrong.getReason()).contains("With PROXY_PROOF=jwt it must be empty", "PROXY_PROOF_GROUPS_CLAIM");
    }

    @Test
    void whatProvesTheGroupsTooStarts() {
        door(Kind.JWT, "");
        door(Kind.HMAC, "X-Groups");
        door(Kind.MTLS, "X-Groups");
    }
}
