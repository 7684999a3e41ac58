package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.caller.signin.Browser;
import io.penstock.caller.signin.IdentityProvider;
import io.penstock.oauth.exchange.ExchangingServer;
import io.penstock.oauth.token.GuardedUpstream;
import io.penstock.store.Databases;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.json.JsonMapper;

/** Two whole replicas whose users sign in with a browser, and call an upstream that takes what their ID tokens are exchanged for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInExchangeIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String[] OF_2025 = {"MCP-Protocol-Version", "2025-11-25"};

    private final ExchangingServer server = new ExchangingServer();
    private final GuardedUpstream upstream = new GuardedUpstream();
    private IdentityProvider provider;
    private ConfigurableApplicationContext here;
    private ConfigurableApplicationContext there;
    private String first = "";
    private String second = "";

    @BeforeAll
    void start() throws IOException {
        upstream.takes = token -> token.startsWith("for-");
        provider = new IdentityProvider();
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        second = "http://localhost:" + port;
        provider.callback(second + "/oauth/callback");
        String database = Databases.freshUrl();
        here = replica(database, 0);
        there = replica(database, port);
        first = "http://localhost:" + here.getEnvironment().getProperty("local.server.port");
    }

    private ConfigurableApplicationContext replica(String database, int port) {
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.ofEntries(
                Map.entry("PORT", port),
                Map.entry("MANAGEMENT_PORT", "0"),
                Map.entry("BASE_URL", "http://localhost"),
                Map.entry("DATABASE_URL", database),
                Map.entry("AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA"),
                Map.entry("JWT_SECRET_KEY", SIGNING),
                Map.entry("penstock.health.poll", "1h"),
                Map.entry("UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"),
                Map.entry("TOKEN_EXCHANGE_ALLOWED_URLS", server.url("/as").toString()),
                Map.entry("MCP_AUTH_ENABLED", "true"),
                Map.entry("MCP_AUTH_PROVIDER_TYPE", "generic"),
                Map.entry("SECRET_KEY", "f3a1c08e5d7b2946f0e1d2c3b4a5968778695a4b3c2d1e0f9e8d7c6b5a493827"),
                Map.entry("MCP_AUTH_CLIENT_ID", IdentityProvider.CLIENT),
                Map.entry("MCP_AUTH_CLIENT_SECRET", IdentityProvider.SECRET),
                Map.entry("MCP_AUTH_AUTHORIZE_URL", provider.issuer() + "/oauth2/authorize"),
                Map.entry("MCP_AUTH_TOKEN_URL", provider.issuer() + "/oauth2/token"),
                Map.entry("MCP_AUTH_JWKS_URL", provider.issuer() + "/oauth2/jwks"),
                Map.entry("MCP_AUTH_CALLBACK_URI", second + "/oauth/callback"),
                Map.entry("MCP_AUTH_ISSUER", provider.issuer()),
                Map.entry("MCP_AUTH_CLIENT_AUTH_METHOD", "client_secret_post")));
        return application.run();
    }

    @AfterAll
    void stop() {
        here.close();
        there.close();
        provider.close();
        upstream.close();
        server.close();
    }

    private String register(Browser anybody, String kind) {
        String token = "Bearer " + Tokens.administrator(SIGNING);
        var made = anybody.post(
                first + "/gateways",
                """
                {"name":"x-%s","url":"%s","auth_type":"oauth","oauth_config":{"grant_type":"token_exchange","token_url":"%s",
                "client_id":"gateway","client_secret":"s","subject_token_type":"%s"}}""".formatted(UUID.randomUUID(), upstream.url(), server.url("/as"), kind),
                "Authorization",
                token);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String id = JsonMapper.shared().readTree(made.body()).path("id").asString();
        await().atMost(LONG)
                .until(() -> anybody.get(second + "/gateways/" + id, "Authorization", token)
                                .statusCode()
                        == 200);
        return id;
    }

    /** A session at one replica and a call in it at the other: both bodies. */
    private String call(Browser browser, String id) {
        var opened =
                browser.post(second + "/gateways/" + id + "/mcp", """
                {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},
                "clientInfo":{"name":"t","version":"1"}}}""", "Accept", "application/json, text/event-stream");
        var session = opened.headers().firstValue("mcp-session-id");
        var headers = new java.util.ArrayList<>(List.of(OF_2025));
        headers.addAll(List.of("Accept", "application/json, text/event-stream"));
        session.ifPresent(value -> headers.addAll(List.of("Mcp-Session-Id", value)));
        var called = browser.post(
                first + "/gateways/" + id + "/mcp",
                "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"whoami\",\"arguments\":{}}}",
                headers.toArray(String[]::new));
        return opened.body() + called.body();
    }

    private DatabaseClient database() {
        return here.getBean(DatabaseClient.class);
    }

    private long sessionsOf(String user) {
        Long held = database()
                .sql("SELECT COUNT(*) AS held FROM sign_in_sessions WHERE user_name = $1")
                .bind(0, user)
                .map(row -> row.get("held", Long.class))
                .one()
                .block(LONG);
        return held == null ? -1 : held;
    }

    private void endIdTokenOf(String user) {
        var _ = database()
                .sql(
                        "UPDATE sign_in_sessions SET id_token_ends = CURRENT_TIMESTAMP - INTERVAL '1' SECOND WHERE user_name = $1")
                .bind(0, user)
                .fetch()
                .rowsUpdated()
                .block(LONG);
    }

    private static void signIn(Browser browser, IdentityProvider provider, String at, String user) {
        provider.signIn(user, "mcp-admin");
        browser.follow(at + "/oauth/login?return_to=/auth/me");
    }

    @Test
    void whoSignedInCallsWithWhatTheIdTokenWasExchangedForOnBothReplicasUntilTheLogout() {
        try (var browser = new Browser();
                var anybody = new Browser()) {
            String id = register(anybody, "id_token");
            signIn(browser, provider, first, "ann@example.com");

            assertThat(call(browser, id)).contains("Bearer for-");

            assertThat(server.last("subject_token_type")).isEqualTo("urn:ietf:params:oauth:token-type:id_token");
            String shown = server.last("subject_token");
            String claims = new String(
                    java.util.Base64.getUrlDecoder().decode(shown.split("\\.", 3)[1]),
                    java.nio.charset.StandardCharsets.UTF_8);
            assertThat(claims).contains(provider.issuer()).contains("ann@example.com");
            assertThat(upstream.shown).doesNotContain("Bearer " + shown);

            assertThat(browser.post(second + "/oauth/logout", "").statusCode()).isEqualTo(200);
            assertThat(sessionsOf("ann@example.com")).isZero();
        }
    }

    @Test
    void anIdTokenThatHasEndedIsNotShownAndItsUserToldToSignInAgain() {
        try (var browser = new Browser();
                var anybody = new Browser()) {
            String id = register(anybody, "id_token");
            signIn(browser, provider, first, "bob@example.com");
            endIdTokenOf("bob@example.com");
            int before = server.forms.size();

            assertThat(call(browser, id)).contains("sign in again at /oauth/login");

            assertThat(server.forms).hasSize(before);
            signIn(browser, provider, first, "bob@example.com");
            assertThat(call(browser, id)).contains("Bearer for-");
        }
    }

    @Test
    void aGatewayThatWantsAnotherKindOfTokenSaysWhatWouldBeRight() {
        try (var browser = new Browser();
                var anybody = new Browser()) {
            String id = register(anybody, "access_token");
            signIn(browser, provider, first, "cleo@example.com");
            int before = server.forms.size();

            assertThat(call(browser, id))
                    .contains("subject_token_type is access_token")
                    .contains("id_token");

            assertThat(server.forms).hasSize(before);
        }
    }
}
