package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.caller.signin.Browser;
import io.penstock.caller.signin.IdentityProvider;
import io.penstock.store.Databases;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;

/** Two whole replicas on one PostgreSQL, behind a load balancer that sends each request of a browser to another one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInReplicasIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    private IdentityProvider provider;
    private ConfigurableApplicationContext here;
    private ConfigurableApplicationContext there;
    private String first = "";
    private String second = "";

    @BeforeAll
    void start() throws IOException {
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
                Map.entry("JWT_SECRET_KEY", "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH"),
                Map.entry("penstock.health.poll", "1h"),
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
    }

    private int me(Browser browser, String replica) {
        return browser.get(replica + "/auth/me").statusCode();
    }

    @Test
    void aSignInBeginsHereEndsThereAndHoldsOnBothUntilItsLogoutWhichBothSee() {
        provider.signIn("ann@example.com", "mcp-user");
        try (var browser = new Browser()) {
            var callback = browser.until(first + "/oauth/login?return_to=/auth/me", second + "/oauth/callback");
            assertThat(browser.get(callback).statusCode()).isEqualTo(303);

            for (String replica : List.of(first, second)) {
                var me = browser.get(replica + "/auth/me");
                assertThat(me.statusCode()).as(me.body()).isEqualTo(200);
                assertThat(me.body()).contains("\"source\":\"session\"", "\"groups\":[\"mcp-user\"]");
            }
            assertThat(here.getBean(DatabaseClient.class)
                            .sql("SELECT COUNT(id_token_ends) AS held FROM sign_in_sessions")
                            .map(row -> row.get("held", Long.class))
                            .one()
                            .block())
                    .as("nothing is kept that nothing needs")
                    .isZero();
            String cookie = browser.session();
            assertThat(browser.post(second + "/oauth/logout", "").statusCode()).isEqualTo(200);

            try (var thief = new Browser()) {
                thief.jar.getCookieStore().add(java.net.URI.create(first), cookie(cookie));
                assertThat(me(thief, second)).isEqualTo(401);
                await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> me(thief, first) == 401);
            }
        }
    }

    private static java.net.HttpCookie cookie(String value) {
        var cookie = new java.net.HttpCookie("mcp_gateway_session", value);
        cookie.setPath("/");
        cookie.setVersion(0);
        return cookie;
    }

    @Test
    void anAdministratorsRevocationIsSeenByBoth() {
        provider.signIn("bob@example.com", "mcp-user");
        try (var browser = new Browser();
                var admin = new Browser()) {
            browser.follow(first + "/oauth/login?return_to=/auth/me");
            assertThat(me(browser, first)).isEqualTo(200);
            assertThat(me(browser, second)).isEqualTo(200);
            String token = "Bearer " + Tokens.administrator("zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH");

            var revoked = admin.post(
                    first + "/admin/sessions/revoke", "{\"user\":\"BOB@example.com\"}", "Authorization", token);

            assertThat(revoked.body()).isEqualTo("{\"revoked\":1}");
            await().atMost(SOON).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
                assertThat(me(browser, first)).isEqualTo(401);
                assertThat(me(browser, second)).isEqualTo(401);
            });
        }
    }

    /** The limit of one replica would be none with two: the state is spent in the database. */
    @Test
    void anAnswerIsTakenByOneReplicaAlone() {
        provider.signIn("cleo@example.com");
        try (var browser = new Browser()) {
            String callback = browser.until(first + "/oauth/login", second + "/oauth/callback");
            var cookies = List.copyOf(browser.jar.getCookieStore().getCookies());
            assertThat(browser.get(callback).statusCode()).isEqualTo(303);
            cookies.forEach(cookie -> browser.jar.getCookieStore().add(java.net.URI.create(first), cookie));

            assertThat(browser.get(callback.replace(second, first)).statusCode())
                    .isEqualTo(400);
        }
    }
}
