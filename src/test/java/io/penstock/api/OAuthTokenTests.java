package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.oauth.Connections.Connection;
import io.penstock.oauth.Connections.Status;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

class OAuthTokenTests extends EdgeTest {

    private static final UUID GATEWAY = UUID.fromString("00000000-0000-4000-8000-000000000007");

    private UUID token(String user, Status status) {
        var id = UUID.randomUUID();
        world.connections.rows.add(new Connection(
                id,
                user,
                GATEWAY,
                "github",
                List.of("repo"),
                status,
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null,
                null,
                3));
        return id;
    }

    @Test
    void whoMayNotAdministerSeesNone() {
        as("reader").get().uri("/admin/oauth/tokens").exchange().expectStatus().isForbidden();
        as("reader")
                .delete()
                .uri("/admin/oauth/tokens/" + token("ann@example.com", Status.VALID))
                .exchange()
                .expectStatus()
                .isForbidden();
        assertThat(world.connections.rows).hasSize(1);
    }

    @Test
    void anAdministratorSeesHowTokensAre() {
        token("ann@example.com", Status.NEEDS_REAUTH);
        token("bob@example.com", Status.VALID);

        as("root")
                .get()
                .uri("/admin/oauth/tokens?status=needs_reauth")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.length()")
                .isEqualTo(1)
                .jsonPath("$[0].user")
                .isEqualTo("ann@example.com")
                .jsonPath("$[0].gateway_name")
                .isEqualTo("github")
                .jsonPath("$[0].status")
                .isEqualTo("needs_reauth");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/oauth/connections/{gateway}", "/admin/oauth/tokens/{token}", "/admin/sessions/{token}"})
    void whoMeansAnotherVersionDeletesNothing(String path) {
        var id = token("root@example.com", Status.VALID);

        as("root")
                .delete()
                .uri(path.replace("{gateway}", GATEWAY.toString()).replace("{token}", id.toString()))
                .header("If-Match", "\"7\"")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.PRECONDITION_FAILED);
    }

    @Test
    void whoMeansTheVersionThatWasReadDeletesIt() {
        var path = "/admin/oauth/tokens/" + token("ann@example.com", Status.VALID);
        var tag = as("root")
                .get()
                .uri(path)
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseHeaders()
                .getETag();

        as("root")
                .delete()
                .uri(path)
                .header("If-Match", tag)
                .exchange()
                .expectStatus()
                .isNoContent();
    }

    @Test
    void oneIsReadAndRevoked() {
        var id = token("ann@example.com", Status.VALID);

        as("root")
                .get()
                .uri("/admin/oauth/tokens/" + id)
                .exchange()
                .expectStatus()
                .isOk();
        as("root")
                .delete()
                .uri("/admin/oauth/tokens/" + id)
                .exchange()
                .expectStatus()
                .isNoContent();
        as("root")
                .delete()
                .uri("/admin/oauth/tokens/" + id)
                .exchange()
                .expectStatus()
                .isNotFound();
        as("root")
                .get()
                .uri("/admin/oauth/tokens/nonsense")
                .exchange()
                .expectStatus()
                .isNotFound();

        assertThat(world.recorded)
                .filteredOn(entry -> entry.resourceType().equals("oauth_token"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.resourceId()).isEqualTo(id.toString()));
    }

    @Test
    void manyAreRevokedByTheirUser() {
        token("ann@example.com", Status.VALID);
        token("ann@example.com", Status.EXPIRED);
        token("bob@example.com", Status.VALID);

        as("root")
                .post()
                .uri("/admin/oauth/tokens/revoke")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"user\":\"ann@example.com\"}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.revoked")
                .isEqualTo(2)
                .jsonPath("$.revoked_at_provider")
                .isEqualTo(2);
        assertThat(world.connections.rows).hasSize(1);
    }

    @Test
    void aUserIsNamedInAnySpelling() {
        token("bob@example.com", Status.VALID);

        as("root")
                .get()
                .uri("/admin/oauth/tokens?user=BOB@example.com")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.length()")
                .isEqualTo(1);
        as("root")
                .post()
                .uri("/admin/oauth/tokens/revoke")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"user\":\"Bob@Example.com\"}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.revoked")
                .isEqualTo(1);
        as("root")
                .get()
                .uri("/admin/oauth/tokens?user=a@b@c")
                .exchange()
                .expectStatus()
                .isEqualTo(422);
    }

    /** A revocation of nothing in particular would be one of everything. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|ids",
                "{\"gateway_id\":\"x\"}|gateway_id",
                "{\"ids\":[\"x\"]}|ids",
                "{\"user\":\"a@b@c\"}|user",
                "{\"all\":true}|all"
            })
    void whatIsToBeRevokedMustBeNamed(String body, String field) {
        token("ann@example.com", Status.VALID);

        as("root")
                .post()
                .uri("/admin/oauth/tokens/revoke")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[?(@.field == '" + field + "')]")
                .isNotEmpty();
        assertThat(world.connections.rows).hasSize(1);
    }

    @Test
    void providersAreListed() {
        as("alice")
                .get()
                .uri("/oauth/providers")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$[*].name")
                .value((List<String> names) ->
                        assertThat(names).containsExactly("GitHub", "Google", "Microsoft", "Okta", "Auth0", "Custom"))
                .jsonPath("$[0].authorization_url")
                .isEqualTo("https://github.com/login/oauth/authorize")
                .jsonPath("$[0].token_url")
                .isEqualTo("https://github.com/login/oauth/access_token");
    }

    @Test
    void aTemplateFillsWhatIsNotGivenAndExplicitFieldsWin() {
        var body = "{\"name\":\"%s\",\"url\":\"https://mcp.example.com/mcp\",\"auth_type\":\"oauth\",\"oauth_config\":"
                + "{\"grant_type\":\"authorization_code\",\"client_id\":\"c\",\"client_secret\":\"s\",%s}}";

        Given.gateway(as("root"), body.formatted("a", "\"provider\":\"GitHub\""), 201);
        Given.gateway(as("root"), body.formatted("b", "\"provider\":\"okta\",\"domain\":\"acme.okta.com\""), 201);
        Given.gateway(
                as("root"),
                body.formatted("c", "\"provider\":\"google\",\"token_url\":\"https://own.example.com/token\""),
                201);
        var missing = Given.gateway(as("root"), body.formatted("d", "\"provider\":\"okta\""), 422);
        var unknown = Given.gateway(as("root"), body.formatted("e", "\"provider\":\"magic\""), 422);
        var plain = Given.gateway(
                as("root"),
                body.formatted(
                        "f",
                        "\"token_url\":\"http://idp.example.com/t\",\"authorization_url\":\"https://idp.example.com/a\""),
                422);

        assertThat(world.gateways.rows.values())
                .extracting(gateway -> gateway.auth().shown())
                .anyMatch(shown -> shown.contains("https://github.com/login/oauth/access_token"))
                .anyMatch(shown -> shown.contains("https://acme.okta.com/oauth2/default/v1/token"))
                .anyMatch(shown -> shown.contains("https://own.example.com/token"));
        assertThat(missing.toString()).contains("oauth_config.domain");
        assertThat(unknown.toString()).contains("oauth_config.provider").contains("github, google");
        assertThat(plain.toString()).contains("oauth_config.token_url").contains("must begin with https://");
    }

    private String said(String config, int status) {
        var body = "{\"name\":\"g" + UUID.randomUUID()
                + "\",\"url\":\"https://mcp.example.com/mcp\",\"auth_type\":\"oauth\","
                + "\"oauth_config\":{\"grant_type\":\"authorization_code\"" + config + "}}";
        return Given.gateway(as("root"), body, status).toString();
    }

    @Test
    void whatCanBeFoundOutNeedsNotBeSaid() {
        said("", 201);
        said(",\"issuer\":\"https://as.example.com\"", 201);
        said(",\"issuer\":\"https://as.example.com\",\"client_id\":\"c\",\"client_secret\":\"s\"", 201);
        said(",\"client_id\":\"c\"", 201);
    }

    /** An upstream that names its server would be sent the secret of another one. */
    @Test
    void aSecretIsOfAClientOfAServerThatIsNamed() {
        assertThat(said(",\"client_id\":\"c\",\"client_secret\":\"s\"", 422))
                .contains("oauth_config.client_secret")
                .contains("is not for the upstream to say");
        assertThat(said(",\"issuer\":\"https://as.example.com\",\"client_secret\":\"s\"", 422))
                .contains("oauth_config.client_id");
        assertThat(said(
                        ",\"token_url\":\"https://as.example.com/t\",\"authorization_url\":\"https://as.example.com/a\"",
                        422))
                .contains("oauth_config.client_id")
                .contains("or an issuer without token_url");
        assertThat(said(",\"token_url\":\"https://evil.example.com/t\",\"issuer\":\"https://as.example.com\"", 422))
                .contains("oauth_config.client_id");
    }

    /** It is shown there, with the tokens of all users. */
    @Test
    void anotherPlaceToRevokeAtIsNotShownTheStoredSecret() {
        var id = Given.gateway(as("root"), """
                        {"name":"guarded","url":"https://mcp.example.com/mcp","auth_type":"oauth","oauth_config":
                        {"grant_type":"client_credentials","client_id":"c","client_secret":"s3",
                        "token_url":"https://as.example.com/t"}}""", 201).path("id").asString();

        assertThat(patched(id, "{\"revocation_url\":\"https://evil.example.com/r\"}", 422))
                .contains("oauth_config.client_secret")
                .contains("must be sent again, because token_url, issuer or revocation_url now names another server");
        patched(id, "{\"revocation_url\":\"https://as.example.com/r\",\"client_secret\":\"s3\"}", 200);
        patched(id, "{\"revocation_url\":\"https://as.example.com/revoke\"}", 200);
        assertThat(patched(id, "{\"revocation_url\":\"https://evil.example.com/r\"}", 422))
                .contains("oauth_config.client_secret");
        patched(id, "{\"revocation_url\":null}", 200);
    }

    private String patched(String gateway, String config, int status) {
        return as("root")
                .patch()
                .uri("/gateways/" + gateway)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"oauth_config\":" + config + "}")
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }

    /** Authorization servers fetch it. */
    @Test
    void anybodyMayReadWhatThisGatewaySaysOfItself() {
        anybody()
                .get()
                .uri("/oauth/client.json")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Cache-Control", "max-age=3600, public")
                .expectBody()
                .json("""
                        {"client_id":"https://gateway.example.com/oauth/client.json","client_name":"Penstock",
                        "client_uri":"https://gateway.example.com/","redirect_uris":["https://gateway.example.com/oauth/callback"],
                        "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
                        "token_endpoint_auth_method":"none"}""");
    }
}
