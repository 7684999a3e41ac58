package io.penstock.api.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.vault.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownSettingsTests {

    private static final String CANARY = "canary-Zq8vT2";

    private record Inner(Secret keyOfIt, @Nullable String gateway) {}

    private record Settings(
            Secret secretKey, List<Secret> previous, URI jwksUrl, Duration keepAlive, List<Inner> many) {}

    @Test
    void eachPartStandsUnderItsOwnNameAndASecretSaysOnlyWhetherItIsSet() {
        Map<String, String> shown = new TreeMap<>();

        ShownSettings.put(
                "penstock.x",
                new Settings(
                        new Secret(CANARY),
                        List.of(new Secret(CANARY), new Secret("")),
                        URI.create("https://u:" + CANARY + "@keys.example.com/jwks?token=" + CANARY),
                        Duration.ofSeconds(15),
                        List.of(new Inner(new Secret(CANARY), null))),
                shown);

        assertThat(shown)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "penstock.x.secret-key", "(set)",
                        "penstock.x.previous[0]", "(set)",
                        "penstock.x.previous[1]", "(not set)",
                        "penstock.x.jwks-url", "https://*****@keys.example.com/jwks?*****",
                        "penstock.x.keep-alive", "PT15S",
                        "penstock.x.many[0].key-of-it", "(set)",
                        "penstock.x.many[0].gateway", "(not set)"));
    }

    @ParameterizedTest
    @CsvSource({
        "penstock.database.url, r2dbc:postgresql://u:canary/@#x@db:5432/p?sslMode=require, r2dbc:postgresql://*****@db:5432/p?*****",
        "penstock.database.url, postgresql://db/p?user=u&password=canary, postgresql://db/p?*****",
        "penstock.oauth.client-secret, canary, (set)",
        "penstock.oauth.client-secret, '', (not set)",
        "penstock.egress.allowed-cidrs[0], 10.0.0.0/8, 10.0.0.0/8"
    })
    void aTextIsShownWithoutWhatCouldBeASecret(String name, String value, String expected) {
        Map<String, String> shown = new TreeMap<>();

        ShownSettings.put(name, value, shown);

        assertThat(shown).containsExactly(Map.entry(name, expected));
    }
}
