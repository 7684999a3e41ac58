package io.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTests {

    private final HeaderRules rules = new HeaderRules("X-Corp-User", "X-Corp-Groups", "X-Corp-Proof");

    @ParameterizedTest
    @ValueSource(strings = {"X-Api-Key", "x-api-key", "Authorization", "PRIVATE-TOKEN", "X_Key", "~!#$%&'*+-.^_`|"})
    void takesTheNamesThatApisUse(String name) {
        assertThat(rules.refusedName(name)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "X Key",
                "X-Key ",
                "X-Key:",
                "X-Key\r\nEvil: 1",
                "X\nY",
                "X\rY",
                "X\0Y",
                "X\tY",
                "(X)",
                "X=Y",
                "X@Y",
                "Schlüssel",
                "X-K\u212Aey",
                "\u001bX"
            })
    void refusesWhatIsNoToken(String name) {
        assertThat(rules.refusedName(name)).startsWith("is not a header name: use 1 to 128 of the characters");
    }

    @Test
    void refusesANameThatIsTooLong() {
        assertThat(rules.refusedName("X".repeat(128))).isNull();
        assertThat(rules.refusedName("X".repeat(129))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "Host, follows from the url",
        "HOST, follows from the url",
        "Content-Length, where an HTTP message ends",
        "Content_Length, where an HTTP message ends",
        "Transfer-Encoding, where an HTTP message ends",
        "TE, connection",
        "Trailer, connection",
        "Connection, connection",
        "Keep-Alive, connection",
        "Upgrade, connection",
        "Expect, connection",
        "HTTP2-Settings, connection",
        "Proxy-Authorization, proxy",
        "Proxy-Connection, proxy",
        "Content-Type, fixes it",
        "Accept, fixes it",
        "Accept-Encoding, fixes it",
        "Last-Event-ID, fixes it",
        "Mcp-Session-Id, belongs to the MCP transport",
        "MCP-Protocol-Version, belongs to the MCP transport",
        "Mcp-Anything-New, belongs to the MCP transport",
        "Cookie, belong to browsers",
        "Set-Cookie, belong to browsers",
        "Forwarded, names a user",
        "X-Forwarded-For, names a user",
        "X.Forwarded.User, names a user",
        "Remote-User, names a user",
        "X-Authenticated-User, names a user",
        "X-Corp-User, names a user",
        "x_corp_user, names a user",
        "X-Corp-Groups, names a user",
        "x_corp_proof, names a user",
        "traceparent, writes it"
    })
    void saysWhyAReservedNameIsRefused(String name, String reason) {
        assertThat(rules.refusedName(name))
                .startsWith("must not be " + name + ": ")
                .contains(reason);
    }

    @Test
    void passesNoHeaderOnThatHoldsTheClientsOwnCredential() {
        assertThat(rules.refusedPassthrough("Authorization")).contains("the client's own token");
        assertThat(rules.refusedPassthrough("X-Upstream-Authorization")).contains("the gateway's credential");
        assertThat(rules.refusedPassthrough("Cookie")).contains("belong to browsers");
        assertThat(rules.refusedPassthrough("Bad Name")).contains("is not a header name");
        assertThat(rules.refusedPassthrough("X-Tenant")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Upstream-Token",
                "x_upstream_api_key",
                "Cf-Access-Jwt-Assertion",
                "X-Amzn-Oidc-Accesstoken",
                "X-Amzn-Oidc-Data",
                "X-Goog-Iap-Jwt-Assertion",
                "X-Goog-Authenticated-User-Email",
                "X-Ms-Token-Aad-Access-Token",
                "X-MS-CLIENT-PRINCIPAL",
                "X-Corp-Proof"
            })
    void passesNoHeaderOnThatSpeaksOfTheClientOrForTheGateway(String name) {
        assertThat(rules.refusedPassthrough(name)).startsWith("must not be " + name + ": ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "Token abc", "a\tb", "!~", "k=v; p=\"q\""})
    void takesPlainValues(String value) {
        assertThat(rules.refusedValue(value)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret\r\nEvil: 1",
                "secret\n",
                "\rsecret",
                "secret\0",
                "secret\u007f",
                "secret\u0085",
                "secret\u2028",
                "secret\u010a",
                " secret",
                "secret ",
                "\tsecret",
                "s\u001bcret"
            })
    void refusesValuesThatBreakTheMessageAndDoesNotRepeatThem(String value) {
        assertThat(rules.refusedValue(value)).isNotNull().doesNotContain("cret");
    }
}
