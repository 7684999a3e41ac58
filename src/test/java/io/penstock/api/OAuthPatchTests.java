package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What a patch of an OAuth configuration names stands in the place of what was stored under another name. */
class OAuthPatchTests extends EdgeTest {

    private String gateway(String config) {
        return Given.gateway(
                        as("root"),
                        "{\"name\":\"g\",\"url\":\"https://b.example.com\",\"auth_type\":\"oauth\",\"oauth_config\":"
                                + config + "}",
                        201)
                .path("id")
                .asString();
    }

    private String github() {
        return gateway(
                "{\"grant_type\":\"authorization_code\",\"provider\":\"github\",\"client_id\":\"c\",\"client_secret\":\"s\",\"scope\":\"repo\"}");
    }

    private JsonNode patched(String id, String config, int status) {
        return as("root")
                .patch()
                .uri("/gateways/" + id)
                .header("Content-Type", "application/json")
                .bodyValue("{\"oauth_config\":" + config + "}")
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"scopes\":[\"read\",\"write\"]}|read write",
                "{\"scope\":\"read write\"}|read write",
                "{\"scopes\":[]}|''",
                "{\"scopes\":null}|''",
                "{\"audience\":\"a\"}|repo"
            })
    void scopesAreNamedEitherWay(String patch, String scope) {
        var config = patched(github(), patch, 200).path("oauth_config");

        assertThat(config.path("scope").asString()).isEqualTo(scope);
    }

    @Test
    void bothWaysAtOnceAreRefusedStill() {
        var answer = patched(github(), "{\"scope\":\"a\",\"scopes\":[\"b\"]}", 422);

        assertThat(answer.at("/errors/0/field").asString()).isEqualTo("oauth_config.scopes");
    }

    @Test
    void anotherProvidersAddressesStandInThePlaceOfTheStoredOnes() {
        var config = patched(github(), "{\"provider\":\"Google\",\"client_id\":\"d\",\"client_secret\":\"t\"}", 200)
                .path("oauth_config");

        assertThat(config.path("issuer").asString()).isEqualTo("https://accounts.google.com");
        assertThat(config.path("token_url").asString()).isEqualTo("https://oauth2.googleapis.com/token");
        assertThat(config.path("authorization_url").asString())
                .isEqualTo("https://accounts.google.com/o/oauth2/v2/auth");
        assertThat(config.path("scope").asString()).isEqualTo("repo");

        var back = as("root").get().uri("/gateways").exchange().expectBody(JsonNode.class);
        String id = back.returnResult().getResponseBody().at("/0/id").asString();
        var github = patched(id, "{\"provider\":\"github\",\"client_secret\":\"s\"}", 200)
                .path("oauth_config");
        assertThat(github.has("issuer")).isFalse();
        assertThat(github.has("revocation_url")).isFalse();
        assertThat(github.path("token_url").asString()).isEqualTo("https://github.com/login/oauth/access_token");
    }

    @Test
    void scopesThatWereTheTemplatesGoWithIt() {
        String id = gateway(
                "{\"grant_type\":\"authorization_code\",\"provider\":\"google\",\"client_id\":\"c\",\"client_secret\":\"s\"}");

        var config = patched(id, "{\"provider\":\"microsoft\",\"client_secret\":\"t\"}", 200)
                .path("oauth_config");

        assertThat(config.path("scope").asString()).isEqualTo("openid offline_access");
    }

    @Test
    void aStoredSecretIsNotShownToAnotherProvider() {
        var answer = patched(github(), "{\"provider\":\"google\"}", 422);

        assertThat(answer.path("errors").findValuesAsString("field")).containsExactly("oauth_config.client_secret");
    }

    @Test
    void whatThePatchSaysWinsOverTheTemplate() {
        var config = patched(
                        github(),
                        "{\"provider\":\"google\",\"client_secret\":\"t\",\"token_url\":\"https://token.example.com/t\"}",
                        200)
                .path("oauth_config");

        assertThat(config.path("token_url").asString()).isEqualTo("https://token.example.com/t");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"provider\":\"custom\"}",
                "{\"provider\":null}",
                "{\"provider\":\"GitHub\"}",
                "{\"domain\":\"x.example.com\"}"
            })
    void whatFillsNoOthersKeepsTheStoredAddresses(String patch) {
        var config = patched(github(), patch, 200).path("oauth_config");

        assertThat(config.path("token_url").asString()).isEqualTo("https://github.com/login/oauth/access_token");
    }

    @Test
    void anotherDomainIsAnotherServer() {
        String id = gateway(
                "{\"provider\":\"okta\",\"domain\":\"one.okta.com\",\"client_id\":\"c\",\"client_secret\":\"s\"}");

        var refused = patched(id, "{\"domain\":\"two.okta.com\"}", 422);
        var config = patched(id, "{\"domain\":\"two.okta.com\",\"client_secret\":\"t\"}", 200)
                .path("oauth_config");

        assertThat(refused.path("errors").findValuesAsString("field")).containsExactly("oauth_config.client_secret");
        assertThat(config.path("token_url").asString()).isEqualTo("https://two.okta.com/oauth2/default/v1/token");
    }

    @Test
    void aProviderThatIsNoneIsNamed() {
        var answer = patched(github(), "{\"provider\":\"nobody\",\"scopes\":7}", 422);

        assertThat(answer.path("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder("oauth_config.provider", "oauth_config.scopes");
    }
}
