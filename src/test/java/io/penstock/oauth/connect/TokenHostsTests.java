package io.penstock.oauth.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

class TokenHostsTests {

    private static boolean areOne(String authorize, String token, String... pairs) {
        return new TokenHosts(new ConnectSettings(List.of(pairs)))
                .areOne(URI.create("https://" + authorize + "/authorize"), URI.create("https://" + token + "/token"));
    }

    @ParameterizedTest
    @CsvSource({
        "as.example.com, AS.example.com:8443",
        "mcp.example.com, cf.mcp.example.com",
        "login.as.example.com, as.example.com",
        "accounts.google.com, oauth2.googleapis.com"
    })
    void areOneServers(String authorize, String token) {
        assertThat(areOne(authorize, token)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "as.example.com, evil.example.net",
        "as.example.com, evil.example.com",
        "as.example.com, evilas.example.com",
        "accounts.google.com, evil.googleapis.com",
        "oauth2.googleapis.com, accounts.google.com",
        "localhost, evil.localhost",
        "127.0.0.1, 127.0.0.2"
    })
    void mayBeTwoServers(String authorize, String token) {
        assertThat(areOne(authorize, token)).isFalse();
    }

    @Test
    void whoRunsTheGatewayMaySayThatTwoAreOne() {
        String[] pairs = {"other.example=api.other.test", " App.example.com=api.example.net ", "[::1]=[2001:db8::1]"};

        assertThat(areOne("app.example.com", "api.example.net", pairs)).isTrue();
        assertThat(areOne("api.example.net", "app.example.com", pairs)).isFalse();
        assertThat(areOne("[::1]", "[2001:db8::1]", pairs)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.example.com", "https://a.example=b.example", "a.example=b.example/token", "a=b=c"})
    void whatNamesNoTwoHostsStopsTheStart(String pair) {
        assertThatThrownBy(() -> new ConnectSettings(List.of(pair)))
                .isInstanceOfSatisfying(
                        InvalidConfigurationPropertyValueException.class,
                        wrong -> assertThat(wrong.getName()).isEqualTo("OAUTH_TOKEN_HOSTS"));
    }
}
