package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.json.JsonMapper;

/** Secrets are everywhere in the whole gateway, and in no form in its support bundle. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/support-bundle-it",
            "AUTH_ENCRYPTION_SECRET=" + SupportBundleIT.SEALING,
            "AUTH_ENCRYPTION_PREVIOUS_SECRETS=" + SupportBundleIT.PREVIOUS,
            "JWT_SECRET_KEY=" + SupportBundleIT.SIGNING,
            "PLATFORM_ADMIN_EMAIL=first@example.com",
            "PLATFORM_ADMIN_PASSWORD=" + SupportBundleIT.PASSWORD,
            "ARGON2ID_MEMORY_COST=8192",
            "PROXY_PROOF_SECRET=" + SupportBundleIT.PROOF,
            "SECRET_KEY=" + SupportBundleIT.COOKIE,
            "MCP_AUTH_CLIENT_SECRET=" + SupportBundleIT.CLIENT,
            "JWT_JWKS_URL=https://127.0.0.1:1/jwks?k=" + SupportBundleIT.IN_URL,
            "penstock.limits.tools[0].name=echo",
            "penstock.limits.tools[0].unknown=" + SupportBundleIT.STRAY,
            "penstock.health.poll=1h"
        })
class SupportBundleIT {

    static final String SEALING = "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA";
    static final String PREVIOUS = "pX7cV2bN9mK4jH6gF1dS8aQ3wE5rT0yU";
    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    static final String PASSWORD = "Wq8#Zt3!Lk5$Vb7_Mn2";
    static final String PROOF = "nB5vC1xZ8kJ4hG7fD2sA9qW3eR6tY0uI";
    static final String COOKIE = "uJ6yT3rE9wQ1aS4dF7gH0jK2lZ5xC8vB";
    static final String CLIENT = "client+Hd7/Gs4=Kp1";
    static final String IN_URL = "Rm4Xw9Tq2Lz6";
    static final String STRAY = "Fy3Pc8Nb5Gd1";

    private static final String UPSTREAM = "up+Vc6/Tq9=Mw2~Zd5";

    private static final JsonMapper JSON = JsonMapper.shared();

    @LocalServerPort
    private int port;

    private final String admin = Tokens.administrator(SIGNING);

    @Test
    void noSecretIsInTheBundleInAnyForm() throws Exception {
        for (String credential : List.of(
                "'auth_type':'bearer','auth_token':'" + UPSTREAM + "'",
                "'auth_type':'basic','auth_username':'me','auth_password':'" + UPSTREAM + "'",
                "'auth_type':'headers','auth_headers':[{'key':'X-Api-Key','value':'" + UPSTREAM + "'}]",
                "'auth_type':'query_param','auth_query_param_key':'k','auth_query_param_value':'" + UPSTREAM + "'")) {
            String name = "named-" + UUID.randomUUID();
            asked(
                    "POST",
                    "/gateways",
                    ("{'name':'" + name + "','url':'https://hidden.example.com/mcp'," + credential + "}")
                            .replace('\'', '"'));
        }
        String token = JSON.readTree(asked("POST", "/tokens", "{\"name\":\"" + UUID.randomUUID() + "\"}"))
                .path("token")
                .asString();

        String bundle = asked("GET", "/admin/support-bundle", "");

        var read = JSON.readTree(bundle);
        assertThat(token).isNotEmpty();
        assertThat(read.path("gateways")).hasSizeGreaterThanOrEqualTo(4);
        assertThat(read.path("settings").path("penstock.vault.secret").asString())
                .isEqualTo("(set)");
        assertThat(read.path("settings").path("penstock.jwt.jwks-url").asString())
                .isEqualTo("https://127.0.0.1:1/jwks?*****");
        assertThat(read.path("database").path("migrations").size()).isGreaterThan(20);
        assertThat(read.path("metrics").size()).isGreaterThan(50);
        for (String secret : List.of(
                SEALING, PREVIOUS, SIGNING, PASSWORD, PROOF, COOKIE, CLIENT, IN_URL, STRAY, UPSTREAM, token, admin)) {
            assertThat(bundle).doesNotContain(forms(secret));
        }
        assertThat(bundle).doesNotContain("hidden.example.com", "admin@example.com", "first@example.com");
    }

    @Test
    void theSearchFindsEachForm() {
        byte[] padded = ("xy" + UPSTREAM + "z").getBytes(StandardCharsets.UTF_8);

        assertThat(forms(UPSTREAM))
                .anyMatch(Base64.getEncoder().encodeToString(padded)::contains)
                .anyMatch(HexFormat.of().formatHex(padded)::contains)
                .anyMatch(URLEncoder.encode(UPSTREAM, StandardCharsets.UTF_8)::equals);
    }

    private String asked(String method, String path, String body) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                    .header("Authorization", "Bearer " + admin)
                    .header("Content-Type", "application/json")
                    .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                    .build();
            var answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
            return answer.body();
        }
    }

    /** As it is, in Base64 wherever in a text it begins, percent-encoded, and in hex. */
    private static Set<String> forms(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        Set<String> forms = new LinkedHashSet<>(List.of(
                secret,
                URLEncoder.encode(secret, StandardCharsets.UTF_8),
                HexFormat.of().formatHex(bytes),
                HexFormat.of().withUpperCase().formatHex(bytes)));
        IntStream.range(0, 3).mapToObj(skipped -> inBase64(bytes, skipped)).forEach(text -> {
            forms.add(text);
            forms.add(text.replace('+', '-').replace('/', '_'));
        });
        return forms;
    }

    /** Those letters that depend on no neighbour. */
    private static String inBase64(byte[] bytes, int skipped) {
        int whole = (bytes.length - skipped) / 3 * 3;
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, skipped, skipped + whole));
    }
}
