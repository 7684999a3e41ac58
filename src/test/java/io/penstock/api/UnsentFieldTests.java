package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.catalog.Visibility;
import io.penstock.egress.tls.Certificates;
import io.penstock.vault.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What was right when it was stored, and would be refused today, is not judged again by a change of something else. */
class UnsentFieldTests extends EdgeTest {

    private static final String HERE = "http://127.0.0.1:9/mcp";
    private static final String ISSUED_HERE = "http://127.0.0.1:9/token";

    @TempDir
    Path folder;

    private String stored(String url, UpstreamAuth auth, UpstreamTls tls) {
        var draft = new Gateways.Draft(
                "stored",
                URI.create(url),
                null,
                Transport.AUTO,
                auth,
                Visibility.PUBLIC,
                null,
                List.of(),
                List.of(),
                null,
                DriftPolicy.WARN,
                false,
                tls);
        var made = world.gateways.create(draft, "root@example.com").block(Duration.ofSeconds(5));
        return Objects.requireNonNull(made).id().toString();
    }

    private JsonNode patched(String id, ObjectNode patch, int status) {
        return as("root")
                .patch()
                .uri("/gateways/" + id)
                .header("Content-Type", "application/json")
                .bodyValue(patch)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
    }

    private static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }

    private static List<String> refused(JsonNode problem) {
        return problem.path("errors").findValuesAsString("field");
    }

    @Test
    void aCertificateThatHasExpiredSince() {
        var ended = Certificates.expired("ended", folder);
        var other = Certificates.expired("other", folder);
        var tls = new UpstreamTls(ended.pem(), ended.pem(), new Secret(ended.key()), List.of());
        var id = stored("https://mcp.example.com/mcp", new UpstreamAuth.None(), tls);
        var fresh = Given.gateway(as("root"), "fresh");
        var sent = object().put("client_cert", ended.pem()).put("client_key", ended.key());

        var changed = patched(id, object().put("description", "d"), 200);

        assertThat(changed.path("description").asString()).isEqualTo("d");
        assertThat(changed.path("client_cert").asString()).isEqualTo(ended.pem());
        assertThat(refused(patched(fresh, sent, 422))).containsExactly("client_cert");
        assertThat(refused(patched(fresh, object().put("ca_certificate", ended.pem()), 422)))
                .containsExactly("ca_certificate");
        assertThat(refused(patched(id, object().put("ca_certificate", other.pem()), 422)))
                .containsExactly("ca_certificate");
    }

    @Test
    void anAddressThatIsAllowedNoLonger() {
        var id = stored(HERE, new UpstreamAuth.None(), UpstreamTls.NONE);

        var changed = patched(id, object().put("description", "d"), 200);

        assertThat(changed.path("url").asString()).isEqualTo(HERE);
        assertThat(refused(patched(id, object().put("url", HERE + "/other"), 422)))
                .containsExactly("url");
        assertThat(refused(Given.gateway(
                        as("root"), object().put("name", "g").put("url", HERE).toString(), 422)))
                .containsExactly("url");
    }

    @Test
    void anAddressOfAnAuthorizationServerThatIsAllowedNoLonger() {
        var config = new OAuthConfig(
                Grant.CLIENT_CREDENTIALS,
                null,
                null,
                URI.create(ISSUED_HERE),
                null,
                null,
                null,
                "client",
                new Secret("secret"),
                null,
                ClientAuth.CLIENT_SECRET_BASIC,
                List.of(),
                null,
                null,
                null);
        var id = stored("https://mcp.example.com/mcp", new UpstreamAuth.OAuth(config), UpstreamTls.NONE);
        var elsewhere = object();
        elsewhere.putObject("oauth_config").put("revocation_url", ISSUED_HERE);

        var changed = patched(id, object().put("description", "d"), 200);

        assertThat(changed.path("oauth_config").path("token_url").asString()).isEqualTo(ISSUED_HERE);
        assertThat(refused(patched(id, elsewhere, 422))).contains("oauth_config.revocation_url");
    }
}
