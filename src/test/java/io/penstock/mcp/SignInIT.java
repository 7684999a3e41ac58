package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.Tokens;
import io.penstock.audit.Trail;
import io.penstock.caller.signin.Browser;
import io.penstock.caller.signin.IdentityProvider;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The whole application, with Spring Authorization Server as its users' identity provider and browsers that keep cookies: the third source
 * document's scenario, from the first redirect to calls with the cookie alone, and what attackers do to it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String HTML = "text/html,application/xhtml+xml";
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}";
    private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/call\","
            + "\"params\":{\"name\":\"current_time_by_timezone\",\"arguments\":{\"tz_name\":\"America/New_York\"}}}";

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private IdentityProvider provider;
    private ConfigurableApplicationContext application;

    private Browser browser;
    private String gateway = "";
    private String id = "";

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        provider = new IdentityProvider();
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        gateway = "http://localhost:" + port;
        provider.callback(gateway + "/oauth/callback/okta");
        upstream.script = (request, response) -> request.method().equals("GET")
                ? response.sse().sendString(Flux.just(":\n\n").concatWith(Mono.never()))
                : ScriptedUpstream.json(
                        response.header("mcp-session-id", "upstream-session"),
                        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-11-25\"}}");
        var starting = new SpringApplication(io.penstock.Penstock.class);
        starting.setDefaultProperties(Map.ofEntries(
                Map.entry("PORT", port),
                Map.entry("MANAGEMENT_PORT", "0"),
                Map.entry("DATA_DIR", folder.toString()),
                Map.entry("AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA"),
                Map.entry("JWT_SECRET_KEY", SIGNING),
                Map.entry("penstock.health.poll", "1h"),
                Map.entry("penstock.mcp.keep-alive", "200ms"),
                Map.entry("UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"),
                Map.entry("MCP_AUTH_ENABLED", "true"),
                Map.entry("MCP_AUTH_PROVIDER_TYPE", "okta"),
                Map.entry("SECRET_KEY", "f3a1c08e5d7b2946f0e1d2c3b4a5968778695a4b3c2d1e0f9e8d7c6b5a493827"),
                Map.entry("MCP_AUTH_OKTA_TENANT_URL", provider.issuer()),
                Map.entry("MCP_AUTH_OKTA_CLIENT_ID", IdentityProvider.CLIENT),
                Map.entry("MCP_AUTH_OKTA_CLIENT_SECRET", IdentityProvider.SECRET),
                Map.entry("MCP_AUTH_OKTA_CALLBACK_URI", gateway + "/oauth/callback/okta")));
        application = starting.run();
        id = register("currenttime");
        register("other");
    }

    private String register(String name) {
        var gateways = application.getBean(Gateways.class);
        var made = gateways.create(
                        new Gateways.Draft(
                                name,
                                URI.create("http://127.0.0.1:" + upstream.port() + "/mcp"),
                                null,
                                Transport.STREAMABLEHTTP,
                                new UpstreamAuth.None(),
                                Visibility.PUBLIC,
                                null,
                                List.of(),
                                List.of(),
                                null,
                                DriftPolicy.WARN,
                                false,
                                null),
                        "owner@example.com")
                .block(LONG);
        Sightings.seen(gateways, made);
        var _ = application.getBean(Catalog.class).refresh().block(LONG);
        return made.id().toString();
    }

    @AfterAll
    void stop() {
        application.close();
        provider.close();
        upstream.close();
    }

    @BeforeEach
    void open() {
        browser = new Browser();
        upstream.seen.clear();
        provider.down(false);
        provider.signIn("ann@example.com", "mcp-user", "mcp-server-currenttime");
    }

    @AfterEach
    void close() {
        browser.close();
    }

    private String session(String path) {
        var opened = browser.post(gateway + path, INITIALIZE);
        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(200);
        return opened.headers().firstValue("mcp-session-id").orElseThrow();
    }

    private HttpResponse<String> call(String path) {
        return browser.post(
                gateway + path, CALL, "mcp-session-id", session(path), "mcp-protocol-version", "2025-11-25");
    }

    private HttpResponse<String> signIn(String... groups) {
        provider.signIn("ann@example.com", groups);
        return browser.follow(gateway + "/oauth/login?return_to=/auth/me");
    }

    private String callback() {
        return browser.until(gateway + "/oauth/login", gateway + "/oauth/callback");
    }

    private List<Trail.Entry> trail(String action) {
        return application
                .getBean(Trail.class)
                .list(new Trail.Query(null, action, null, null, null, null, null, null), 20)
                .map(Trail.Recorded::entry)
                .collectList()
                .block(LONG);
    }

    /** The diagram of the third source document, step by step. */
    @Test
    void aBrowserIsSentToSignInAndComesBackWithACookieThatItsCallsNeedAlone() {
        var first = browser.get(gateway + "/api/execute/currenttime", "Accept", HTML);
        assertThat(first.statusCode()).isEqualTo(303);
        assertThat(Browser.location(first))
                .isEqualTo(gateway + "/oauth/login?return_to=%2Fapi%2Fexecute%2Fcurrenttime");

        var toProvider = browser.get(Browser.location(first));
        assertThat(Browser.location(toProvider))
                .startsWith(provider.issuer() + "/oauth2/authorize?response_type=code&client_id=")
                .contains("code_challenge_method=S256", "code_challenge=", "state=", "nonce=", "scope=openid%20");
        var fromProvider = browser.get(Browser.location(toProvider));
        var signedIn = browser.get(Browser.location(fromProvider));

        assertThat(signedIn.statusCode()).isEqualTo(303);
        assertThat(Browser.location(signedIn)).isEqualTo(gateway + "/api/execute/currenttime");
        assertThat(signedIn.headers().allValues("set-cookie"))
                .anySatisfy(cookie -> assertThat(cookie)
                        .startsWith("mcp_gateway_session=")
                        .contains("; Path=/", "; HttpOnly", "; SameSite=Lax")
                        .doesNotContain("Domain"))
                .anySatisfy(cookie ->
                        assertThat(cookie).startsWith("penstock_flow_").contains("Max-Age=0"));
        for (String path : List.of("/api/execute/currenttime", "/api/streamable/currenttime")) {
            var called = call(path);
            assertThat(called.statusCode()).as(called.body()).isEqualTo(200);
            assertThat(called.body()).contains("\"result\"");
        }
        assertThat(upstream.last().headers().contains("cookie")).isFalse();
    }

    @Test
    void meSaysWhoItIsAndWhatTheGroupsGive() {
        var me = signIn("mcp-user", "mcp-server-currenttime", "staff");

        assertThat(me.statusCode()).as(me.body()).isEqualTo(200);
        assertThat(me.body())
                .contains("\"user\":\"ann@example.com\"", "\"source\":\"session\"", "\"admin\":false")
                .contains("\"groups\":[\"mcp-server-currenttime\",\"mcp-user\",\"staff\"]")
                .contains("\"group_scopes\":[\"mcp:registry:read\",\"mcp:server:currenttime:execute\","
                        + "\"mcp:server:currenttime:read\"]");
    }

    /** The table of the third source document, on the paths that it names. */
    @ParameterizedTest
    @CsvSource({
        "mcp-server-currenttime,                              200",
        "mcp-server-currenttime-admin,                        200",
        "mcp-server-currenttime-tool-current_time_by_timezone, 200",
        "mcp-admin,                                           200",
        "mcp-server-currenttime-tool-another,                 403",
        "mcp-server-currenttime-toggle,                       403",
        "mcp-server-other,                                    403",
        "mcp-user,                                            403",
        "staff,                                               403"
    })
    void aGroupAllowsWhatTheTableSays(String group, int status) {
        signIn(group);

        for (String path : List.of("/api/execute/currenttime", "/api/streamable/currenttime")) {
            var answer =
                    browser.post(gateway + path, CALL, "mcp-session-id", "none", "mcp-protocol-version", "2025-11-25");
            if (status == 403) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
                assertThat(answer.headers().firstValue("www-authenticate").orElse(""))
                        .contains("insufficient_scope");
            } else {
                // the session is none of the gateway's, which is found out after who may
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
                assertThat(call(path).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void theCookieCountsOnEveryWayIn() throws Exception {
        signIn("mcp-user", "mcp-server-currenttime");
        String cookie = "Cookie: mcp_gateway_session=" + browser.session();
        int port = URI.create(gateway).getPort();

        assertThat(browser.get(gateway + "/gateways").body()).contains("currenttime");
        assertThat(call("/gateways/" + id + "/mcp").statusCode()).isEqualTo(200);
        assertThat(RawClient.head(
                        "127.0.0.1",
                        port,
                        RawClient.get("/gateways/" + id + "/sse", "Accept: text/event-stream", cookie)))
                .contains("200 OK");
        assertThat(RawClient.socket("127.0.0.1", port, "/ws", cookie)).isEqualTo(200);
        assertThat(RawClient.socket("127.0.0.1", port, "/ws", cookie, "Origin: " + gateway.replace(":" + port, "")))
                .isEqualTo(200);
        assertThat(RawClient.socket("127.0.0.1", port, "/ws", cookie, "Origin: https://evil.example.com"))
                .isEqualTo(403);
        assertThat(RawClient.socket("127.0.0.1", port, "/ws", cookie.substring(0, cookie.length() - 4)))
                .isEqualTo(401);
    }

    /** E6. */
    @Test
    void anotherSitesRequestIsRefusedAndAProgramsIsNot() {
        signIn("mcp-server-currenttime");
        String path = gateway + "/api/streamable/currenttime";

        assertThat(browser.post(path, INITIALIZE, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post(path, INITIALIZE, "Origin", "https://evil.example.com")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post(gateway + "/oauth/logout", "", "Sec-Fetch-Site", "same-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post(path, INITIALIZE, "Sec-Fetch-Site", "same-origin")
                        .statusCode())
                .isEqualTo(200);
        assertThat(browser.post(path, INITIALIZE).statusCode()).isEqualTo(200);
    }

    @Test
    void logoutEndsTheSessionAndItsStreams() throws Exception {
        signIn("mcp-server-currenttime");
        String cookie = "Cookie: mcp_gateway_session=" + browser.session();
        int port = URI.create(gateway).getPort();
        var stream = RawClient.open(
                "127.0.0.1", port, RawClient.get("/gateways/" + id + "/sse", "Accept: text/event-stream", cookie));
        assertThat(stream.until("endpoint")).contains("200 OK");

        var out = browser.post(gateway + "/oauth/logout", "");

        assertThat(out.statusCode()).as(out.body()).isEqualTo(200);
        assertThat(out.body()).contains("\"end_session_url\":");
        assertThat(out.headers().allValues("set-cookie"))
                .singleElement()
                .asString()
                .startsWith("mcp_gateway_session=;")
                .contains("Max-Age=0");
        assertThat(browser.cookies("mcp_gateway_session")).isEmpty();
        assertThat(browser.get(gateway + "/auth/me").statusCode()).isEqualTo(401);
        assertThat(RawClient.head("127.0.0.1", port, RawClient.get("/auth/me", cookie)))
                .contains("401 ");
        assertThat(stream.until("what never comes"))
                .as("what came up to the end")
                .isNotNull();
        stream.close();
        assertThat(trail("logout").getFirst()).satisfies(entry -> {
            assertThat(entry.userEmail()).isEqualTo("ann@example.com");
            assertThat(entry.source()).isEqualTo("session");
            assertThat(entry.detail()).startsWith("from 127.0.0.1 with Java-http-client");
        });
    }

    @Test
    void theOtherLogoutRevokesTheTokenAndEndsTheSession() {
        provider.signIn("admin@example.com");
        browser.follow(gateway + "/oauth/login?return_to=/auth/me");
        String token = "Bearer " + Tokens.administrator(SIGNING);

        assertThat(browser.post(gateway + "/auth/logout", "", "Authorization", token)
                        .statusCode())
                .isEqualTo(204);

        assertThat(browser.cookies("mcp_gateway_session")).isEmpty();
        assertThat(browser.get(gateway + "/auth/me", "Authorization", token).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTokenCountsBeforeTheCookieAndNeedsToNameTheSameUser() {
        signIn("mcp-user");
        String token = "Bearer " + Tokens.administrator(SIGNING);

        var both = browser.get(gateway + "/auth/me", "Authorization", token);

        assertThat(both.statusCode()).isEqualTo(401);
        assertThat(both.body()).contains("name different users");
        provider.signIn("admin@example.com");
        browser.follow(gateway + "/oauth/login?return_to=/auth/me");
        assertThat(browser.get(gateway + "/auth/me", "Authorization", token).body())
                .contains("\"source\":\"jwt\"");
    }

    @Test
    void oneSeesAndEndsOnesSessionsAndAdministratorsAnybodys() {
        signIn("mcp-user");
        try (var phone = new Browser()) {
            phone.follow(gateway + "/oauth/login?return_to=/auth/me");
            var listed = browser.get(gateway + "/auth/sessions?limit=2");
            assertThat(listed.body()).contains("\"current\":true", "\"current\":false", "\"address\":\"127.0.0.1\"");
            String other = listed.body().replaceAll("(?s).*?\"id\":\"([^\"]+)\".*?\"current\":false.*", "$1");
            assertThat(browser.delete(gateway + "/auth/sessions/" + other).statusCode())
                    .isEqualTo(204);
            assertThat(phone.get(gateway + "/auth/me").statusCode()).isEqualTo(401);
        }
        String token = "Bearer " + Tokens.administrator(SIGNING);
        try (var admin = new Browser()) {
            assertThat(browser.get(gateway + "/admin/sessions").statusCode()).isEqualTo(403);
            assertThat(admin.get(gateway + "/admin/sessions?user=ann@example.com", "Authorization", token)
                            .body())
                    .contains("\"user\":\"ann@example.com\"");
            var revoked = admin.post(
                    gateway + "/admin/sessions/revoke", "{\"user\":\"ann@example.com\"}", "Authorization", token);
            assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
            assertThat(browser.get(gateway + "/auth/me").statusCode()).isEqualTo(401);
        }
    }

    /** O1: a state that is missing, made up, or was begun in another browser. O7: the answer of somebody else's sign-in. */
    @Test
    void anAnswerToNoSignInOfThisBrowserIsNone() {
        String callback = callback();
        try (var victim = new Browser()) {
            for (String address : List.of(
                    gateway + "/oauth/callback/okta",
                    gateway + "/oauth/callback/okta?code=x&state=short",
                    gateway + "/oauth/callback/okta?code=x&state=" + "A".repeat(43),
                    callback,
                    callback + "&state=" + "B".repeat(43))) {
                var answer = victim.get(address);
                assertThat(answer.statusCode()).as(address).isEqualTo(400);
                assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
                assertThat(victim.cookies("mcp_gateway_session")).isEmpty();
            }
        }

        assertThat(browser.get(callback).statusCode()).isEqualTo(303);
    }

    /** O7: a code that was used. */
    @Test
    void anAnswerIsTakenOnce() throws IOException {
        String callback = callback();
        String cookies = browser.jar.getCookieStore().getCookies().stream()
                .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                .collect(java.util.stream.Collectors.joining("; "));
        assertThat(browser.get(callback).statusCode()).isEqualTo(303);

        assertThat(RawClient.head(
                        "127.0.0.1",
                        URI.create(gateway).getPort(),
                        RawClient.get(callback.substring(gateway.length()), "Cookie: " + cookies)))
                .contains("400 Bad Request");
        assertThat(browser.get(callback).statusCode()).isEqualTo(400);
    }

    /** O3. */
    @Test
    void anAnswerOfAnotherIssuerIsNotBelievedAlsoWhereItIsAnError() {
        var other = browser.get(callback() + "&iss=https%3A%2F%2Fevil.example.com");
        assertThat(other.statusCode()).isEqualTo(401);
        assertThat(other.body()).contains("another identity provider");
        String state = callback().replaceAll(".*[?&](state=[^&]+).*", "$1");
        var error = browser.get(
                gateway + "/oauth/callback/okta?" + state + "&error=access_denied&iss=https%3A%2F%2Fevil.example.com");
        assertThat(error.body()).contains("another identity provider");

        assertThat(browser.get(callback() + "&iss=" + provider.issuer()).statusCode())
                .isEqualTo(303);
        assertThat(browser.get(gateway + "/oauth/callback/cognito?" + state).statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatTheProviderSaysOfAnErrorIsNotShown() {
        String state = callback().replaceAll(".*[?&](state=[^&]+).*", "$1");
        var page = browser.get(
                gateway + "/oauth/callback/okta?" + state
                        + "&error=access_denied&error_description=%3Cscript%3Ecall+0800+123%3C%2Fscript%3E",
                "Accept",
                HTML);

        assertThat(page.statusCode()).isEqualTo(401);
        assertThat(page.body())
                .contains("access_denied", "Correlation id", "/oauth/login")
                .doesNotContain("script", "0800");
        assertThat(page.headers().firstValue("content-type").orElse("")).startsWith("text/html");
        assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(page.headers().firstValue("x-frame-options")).contains("DENY");
        assertThat(page.headers().firstValue("cache-control")).contains("no-store");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(trail("login").getFirst()).satisfies(entry -> {
                    assertThat(entry.outcome()).isEqualTo(Trail.Outcome.REFUSED);
                    assertThat(entry.userEmail()).isEqualTo("unknown");
                    assertThat(entry.detail())
                            .contains("access_denied", "from 127.0.0.1")
                            .doesNotContain("0800");
                }));
    }

    @Test
    void aSignInIsOnTheTrail() {
        signIn("mcp-user");

        assertThat(trail("login").getFirst()).satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Trail.Outcome.SUCCESS);
            assertThat(entry.userEmail()).isEqualTo("ann@example.com");
            assertThat(entry.resourceType()).isEqualTo("session");
            assertThat(entry.detail()).startsWith("from 127.0.0.1 with Java-http-client");
        });
    }

    /** O4: of the request's own addresses nothing is taken, and the Host is checked before. */
    @Test
    void theRedirectUriIsTheSettingsAlone() throws IOException {
        String answer = RawClient.head(
                "127.0.0.1",
                URI.create(gateway).getPort(),
                RawClient.get(
                        "/oauth/login",
                        "X-Forwarded-Host: evil.example.com",
                        "X-Forwarded-Proto: https",
                        "Forwarded: host=evil"));

        assertThat(answer)
                .contains("303")
                .contains("redirect_uri="
                        + java.net.URLEncoder.encode(
                                gateway + "/oauth/callback/okta", java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain("evil");
    }

    /** O5. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.com",
                "//evil.example.com",
                "/%5Cevil.example.com",
                "/%255Cevil.example.com",
                "\\\\evil.example.com",
                "/a%0D%0ALocation:%20x",
                "javascript:alert(1)",
                "evil.example.com",
                "/.//evil.example.com",
                "/%2F/evil.example.com",
                "/%09/evil.example.com"
            })
    void nobodyIsSentElsewhereAfterwards(String target) {
        String once = target.contains("%")
                ? target
                : java.net.URLEncoder.encode(target, java.nio.charset.StandardCharsets.UTF_8);

        var answer = browser.get(gateway + "/oauth/login?return_to=" + once);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains("return_to");
    }

    @Test
    void anotherProviderIsNone() {
        assertThat(browser.get(gateway + "/oauth/login?provider=cognito").statusCode())
                .isEqualTo(422);
        assertThat(browser.get(gateway + "/oauth/login?provider=okta").statusCode())
                .isEqualTo(303);
        assertThat(browser.get(gateway + "/oauth/login?prompt=none").statusCode())
                .isEqualTo(422);
    }

    @Test
    void onlyBrowsersWithoutACredentialAreSentToSignIn() {
        assertThat(browser.get(gateway + "/", "Accept", HTML).statusCode()).isEqualTo(303);
        assertThat(browser.get(gateway + "/api/execute/currenttime", "Accept", "text/event-stream")
                        .statusCode())
                .isEqualTo(401);
        assertThat(browser.get(gateway + "/api/execute/currenttime").statusCode())
                .isEqualTo(401);
        assertThat(browser.get(gateway + "/api/execute/currenttime", "Accept", HTML, "Authorization", "Bearer x")
                        .statusCode())
                .isEqualTo(401);
        assertThat(browser.get(gateway + "/gateways", "Accept", HTML).statusCode())
                .isEqualTo(401);
        assertThat(browser.post(gateway + "/api/execute/currenttime", INITIALIZE, "X-A", "b")
                        .statusCode())
                .isEqualTo(401);

        var home = browser.follow(gateway + "/", "Accept", HTML);
        assertThat(home.statusCode()).isEqualTo(200);
        assertThat(home.body()).contains("<strong>ann@example.com</strong>");
    }

    /** S5. */
    @ParameterizedTest
    @ValueSource(strings = {"a@evil@example.com", "ann@example.com\u202e", "a nn@example.com", ""})
    void aNameThatCouldBeAnothersIsNone(String email) {
        provider.claims(Map.of("email", email, "email_verified", true));

        assertThat(browser.follow(gateway + "/oauth/login").statusCode()).isEqualTo(401);
    }

    @Test
    void oneUserHasOneNameHoweverItIsWritten() {
        provider.signIn("  ANN@Example.com ");

        assertThat(browser.follow(gateway + "/oauth/login?return_to=/auth/me").body())
                .contains("\"user\":\"ann@example.com\"");
    }

    @Test
    void anAddressThatNobodyVerifiedIsNone() {
        provider.claims(Map.of("email", "root@example.com", "email_verified", false));

        assertThat(browser.follow(gateway + "/oauth/login").body()).contains("not verified");
    }

    /** S11: an ID token opens nothing by itself. */
    @Test
    void theProvidersTokensAreNoAccessTokensHere() {
        signIn("mcp-admin");

        assertThat(browser.get(gateway + "/auth/me", "Authorization", "Bearer " + browser.session())
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void anOutageOfTheProviderStopsSignInsAndNobodyWhoIsSignedIn() {
        signIn("mcp-server-currenttime");
        String callback = callback();
        provider.down(true);

        var failed = browser.get(callback);

        assertThat(failed.statusCode()).isEqualTo(502);
        assertThat(failed.body()).contains("token endpoint answered 503");
        assertThat(call("/api/streamable/currenttime").statusCode()).isEqualTo(200);
        assertThat(browser.get(gateway + "/oauth/login").statusCode())
                .as("what was read of it last holds")
                .isEqualTo(303);
    }

    @Test
    void aNewKeyOfTheProviderIsReadWhenItsFirstTokenComes() {
        signIn("mcp-user");
        provider.rotate();

        assertThat(signIn("mcp-user").statusCode()).isEqualTo(200);
    }
}
