package io.penstock.oauth.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.audit.Trail;
import io.penstock.caller.signin.Browser;
import io.penstock.caller.signin.IdentityProvider;
import io.penstock.oauth.token.GuardedUpstream;
import io.penstock.store.Databases;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Users connect their accounts at an upstream's authorization server, which is Spring's: on two whole replicas, the answer always coming back
 * to the other one than where it began. And what attackers do to it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String HTML = "text/html,application/xhtml+xml";
    private static final Pattern PAPER = Pattern.compile("name=\"page\" value=\"([^\"]+)\"");
    private static final String ANN = "ann@example.com";
    private static final String BOB = "bob@example.com";

    private final GuardedUpstream upstream = new GuardedUpstream();
    private final Browser root = new Browser();
    private IdentityProvider provider;
    private ConfigurableApplicationContext here;
    private ConfigurableApplicationContext there;
    private String first = "";
    private String second = "";
    private String admin = "";
    private Browser browser;
    private String gateway = "";

    @BeforeAll
    void start() throws IOException {
        provider = new IdentityProvider();
        upstream.takes = provider::knows;
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
        admin = "Bearer " + Tokens.administrator(SIGNING);
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
                Map.entry("UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"),
                Map.entry("penstock.health.poll", "1h"),
                Map.entry("MCP_AUTH_ENABLED", "true"),
                Map.entry("MCP_AUTH_PROVIDER_TYPE", "generic"),
                Map.entry("MCP_AUTH_GROUPS_CLAIMS", ""),
                Map.entry("SECRET_KEY", "f3a1c08e5d7b2946f0e1d2c3b4a5968778695a4b3c2d1e0f9e8d7c6b5a493827"),
                Map.entry("MCP_AUTH_CLIENT_ID", IdentityProvider.CLIENT),
                Map.entry("MCP_AUTH_CLIENT_SECRET", IdentityProvider.SECRET),
                Map.entry("MCP_AUTH_AUTHORIZE_URL", provider.issuer() + "/oauth2/authorize"),
                Map.entry("MCP_AUTH_TOKEN_URL", provider.issuer() + "/oauth2/token"),
                Map.entry("MCP_AUTH_JWKS_URL", provider.issuer() + "/oauth2/jwks"),
                Map.entry("MCP_AUTH_CALLBACK_URI", second + "/oauth/callback"),
                Map.entry("MCP_AUTH_ISSUER", provider.issuer())));
        return application.run();
    }

    @AfterAll
    void stop() {
        here.close();
        there.close();
        provider.close();
        upstream.close();
        root.close();
    }

    @BeforeEach
    void open() {
        browser = new Browser();
        provider.down(false);
        gateway = register(Map.of());
    }

    @AfterEach
    void close() {
        browser.close();
    }

    private Map<String, Object> config(Map<String, String> changes) {
        var config = new HashMap<String, Object>(Map.of(
                "grant_type",
                "authorization_code",
                "issuer",
                provider.issuer(),
                "authorization_url",
                provider.issuer() + "/oauth2/authorize",
                "token_url",
                provider.issuer() + "/oauth2/token",
                "revocation_url",
                provider.issuer() + "/oauth2/revoke",
                "client_id",
                IdentityProvider.CLIENT,
                "client_secret",
                IdentityProvider.SECRET,
                "redirect_uri",
                second + "/oauth/callback",
                "scope",
                "profile email"));
        config.putAll(changes);
        return config;
    }

    private String register(Map<String, String> changes) {
        return registered(Map.of(
                "name",
                "up-" + UUID.randomUUID(),
                "url",
                upstream.url(),
                "visibility",
                "public",
                "auth_type",
                "oauth",
                "oauth_config",
                config(changes)));
    }

    private String registered(Map<String, Object> form) {
        var made = root.post(first + "/gateways", JsonMapper.shared().writeValueAsString(form), "Authorization", admin);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return json(made).path("id").asString();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    /** Signs in here, as a person of that name at the provider. */
    private void signIn(Browser at, String user) {
        provider.signIn(user);
        assertThat(at.follow(first + "/oauth/login?return_to=/auth/me").body()).contains(user);
    }

    private HttpResponse<String> page() {
        var page = browser.get(first + "/oauth/authorize/" + gateway, "Accept", HTML);
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        return page;
    }

    private static String paper(HttpResponse<String> page) {
        var found = PAPER.matcher(page.body());
        assertThat(found.find()).as(page.body()).isTrue();
        return found.group(1);
    }

    private HttpResponse<String> agree(Browser at, String paper) {
        return at.form(
                first + "/oauth/authorize/" + gateway,
                first,
                "page=" + URLEncoder.encode(paper, StandardCharsets.UTF_8));
    }

    /** From the page up to where the authorization server sends the browser back to. */
    private String callback(String account) {
        var sent = agree(browser, paper(page()));
        assertThat(sent.statusCode()).as(sent.body()).isEqualTo(303);
        provider.signIn(account);
        return Browser.location(browser.get(Browser.location(sent)));
    }

    private HttpResponse<String> connect(String user, String account) {
        signIn(browser, user);
        return browser.follow(callback(account), "Accept", HTML);
    }

    private JsonNode status(String replica) {
        return json(browser.get(replica + "/oauth/status/" + gateway));
    }

    /** What the upstream says who calls, as it is told through that replica. */
    private String call(Browser at, String replica) {
        var opened = at.post(replica + "/gateways/" + gateway + "/mcp", """
                {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},
                "clientInfo":{"name":"t","version":"1"}}}""");
        var call =
                "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"whoami\",\"arguments\":{}}}";
        List<String> head = new ArrayList<>(List.of("MCP-Protocol-Version", "2025-11-25"));
        opened.headers()
                .firstValue("mcp-session-id")
                .ifPresent(session -> head.addAll(List.of("Mcp-Session-Id", session)));
        return opened.statusCode() == 200
                ? at.post(replica + "/gateways/" + gateway + "/mcp", call, head.toArray(String[]::new))
                        .body()
                : opened.body();
    }

    /** The account whose token the upstream saw. */
    private static String account(String answer) {
        var token = Pattern.compile("Bearer [^.]+\\.([^.]+)\\.").matcher(answer);
        assertThat(token.find()).as(answer).isTrue();
        return JsonMapper.shared()
                .readTree(Base64.getUrlDecoder().decode(token.group(1)))
                .path("sub")
                .asString();
    }

    private long tokens() {
        return here.getBean(DatabaseClient.class)
                .sql("SELECT COUNT(*) AS n FROM oauth_tokens WHERE gateway_id = :gateway")
                .bind("gateway", UUID.fromString(gateway))
                .map(row -> row.get("n", Long.class))
                .one()
                .blockOptional(LONG)
                .orElseThrow();
    }

    private List<Trail.Entry> trail(String action) {
        return here.getBean(Trail.class)
                .list(new Trail.Query(null, action, "oauth_connection", gateway, null, null, null, null), 20)
                .map(Trail.Recorded::entry)
                .collectList()
                .block(LONG);
    }

    @Test
    void aUserConnectsComesBackToAnotherReplicaAndCallsOnBoth() {
        signIn(browser, ANN);
        assertThat(call(browser, second)).contains("/oauth/authorize/" + gateway);
        assertThat(status(second).path("connected").asBoolean(true)).isFalse();

        var page = page();
        assertThat(page.body()).contains(ANN, URI.create(provider.issuer()).getAuthority(), "profile email");
        assertThat(page.headers().firstValue("x-frame-options")).hasValue("DENY");
        assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self' https:");
        var callback = callback("ann-at-upstream");
        assertThat(callback).startsWith(second + "/oauth/callback?").contains("code=", "state=");
        var ended = browser.get(callback, "Accept", HTML);

        assertThat(Browser.location(ended)).isEqualTo(second + "/oauth/connected/" + gateway);
        var shown = browser.get(Browser.location(ended), "Accept", HTML);
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.body()).contains("Your account is connected", "profile email");
        for (String replica : List.of(first, second)) {
            assertThat(account(call(browser, replica))).isEqualTo("ann-at-upstream");
            assertThat(status(replica).path("status").asString()).isEqualTo("valid");
        }
        assertThat(status(first).toString()).doesNotContain("ey");
        assertThat(trail("connect")).singleElement().satisfies(entry -> {
            assertThat(entry.userEmail()).isEqualTo(ANN);
            assertThat(entry.outcome()).isEqualTo(Trail.Outcome.SUCCESS);
        });
    }

    @Test
    void twoUsersWithTwoAccountsSeeTheirOwnDataAndAThirdSeesNone() {
        connect(ANN, "ann-at-upstream");
        try (var bobs = new Browser();
                var cleos = new Browser()) {
            var anns = browser;
            browser = bobs;
            connect(BOB, "bob-at-upstream");
            browser = anns;
            signIn(cleos, "cleo@example.com");

            for (String replica : List.of(first, second)) {
                assertThat(account(call(anns, replica))).isEqualTo("ann-at-upstream");
                assertThat(account(call(bobs, replica))).isEqualTo("bob-at-upstream");
                assertThat(call(cleos, replica)).contains("/oauth/authorize/" + gateway);
            }
        }
    }

    @Test
    void aCutConnectionIsCutOnBothAndAtTheProvider() {
        connect(ANN, "ann-at-upstream");
        String token = call(browser, first).replaceAll("(?s).*Bearer ([A-Za-z0-9._-]+).*", "$1");
        assertThat(account(call(browser, second))).isEqualTo("ann-at-upstream");

        assertThat(browser.delete(first + "/oauth/connections/" + gateway).statusCode())
                .isEqualTo(204);

        await().atMost(SOON).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            assertThat(call(browser, first)).contains("/oauth/authorize/" + gateway);
            assertThat(call(browser, second)).contains("/oauth/authorize/" + gateway);
        });
        assertThat(provider.knows(token)).isFalse();
        assertThat(status(second).path("connected").asBoolean(true)).isFalse();
        assertThat(browser.delete(second + "/oauth/connections/" + gateway).statusCode())
                .isEqualTo(404);
        assertThat(trail("disconnect")).isNotEmpty();
    }

    private String user(String name) {
        var made = root.post(first + "/users", "{\"email\":\"" + name + "\"}", "Authorization", admin);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return first + "/users/" + json(made).path("id").asString();
    }

    /** Whoever has the name next has neither. */
    @Test
    void aUserWhoIsDeletedLeavesNeitherASessionNorAConnection() {
        String carl = user("carl@example.com");
        connect("carl@example.com", "carl-at-upstream");
        String token = call(browser, first).replaceAll("(?s).*Bearer ([A-Za-z0-9._-]+).*", "$1");
        assertThat(provider.knows(token)).isTrue();
        assertThat(root.delete(carl + "?dry_run=true", "Authorization", admin).statusCode())
                .isLessThan(300);
        assertThat(tokens()).isEqualTo(1);

        assertThat(root.delete(carl, "Authorization", admin).statusCode()).isEqualTo(204);

        assertThat(tokens()).isZero();
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(provider.knows(token)).isFalse();
            assertThat(browser.get(first + "/auth/me").statusCode()).isEqualTo(401);
            assertThat(browser.get(second + "/auth/me").statusCode()).isEqualTo(401);
        });
    }

    @Test
    void aSessionOfWhoWasSwitchedOffDoesNotComeBackWithThem() {
        String carl = user("carl@example.com");
        signIn(browser, "carl@example.com");
        for (boolean enabled : new boolean[] {false, true}) {
            var patched = root.patch(carl, "{\"enabled\":" + enabled + "}", "Authorization", admin);
            assertThat(patched.statusCode()).as(patched.body()).isEqualTo(200);
        }

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(browser.get(second + "/auth/me").statusCode())
                        .isEqualTo(401));
        assertThat(root.delete(carl, "Authorization", admin).statusCode()).isEqualTo(204);
    }

    @Test
    void aConnectionIsMadeAnewInThePlaceOfTheOld() {
        connect(ANN, "ann-at-upstream");
        assertThat(account(call(browser, first))).isEqualTo("ann-at-upstream");

        browser.follow(callback("ann-elsewhere"), "Accept", HTML);

        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(account(call(browser, first))).isEqualTo("ann-elsewhere"));
        assertThat(tokens()).isEqualTo(1);
    }

    @Test
    void aTokenInTheHeaderNeedsNoPageAndTheAddressIsToldAsJson() {
        var told = browser.get(
                first + "/oauth/authorize/" + gateway, "Authorization", admin, "Accept", "application/json");

        assertThat(told.statusCode()).as(told.body()).isEqualTo(200);
        assertThat(json(told).path("expires_in").asInt()).isEqualTo(600);
        assertThat(json(told).path("authorization_url").asString())
                .startsWith(provider.issuer() + "/oauth2/authorize?response_type=code&client_id=")
                .contains(
                        "&code_challenge=",
                        "&code_challenge_method=S256",
                        "&resource=" + URLEncoder.encode(upstream.url(), StandardCharsets.UTF_8),
                        "&redirect_uri=" + URLEncoder.encode(second + "/oauth/callback", StandardCharsets.UTF_8));
        assertThat(told.headers().firstValue("set-cookie").orElse(""))
                .startsWith("penstock_flow_")
                .contains("; HttpOnly", "; SameSite=Lax", "; Path=/");
        var redirected = browser.get(first + "/oauth/authorize/" + gateway, "Authorization", admin);
        assertThat(redirected.statusCode()).isEqualTo(303);
        provider.signIn("admin-at-upstream");
        var back = Browser.location(browser.get(Browser.location(redirected)));
        assertThat(browser.follow(back, "Accept", HTML).body()).contains("Your account is connected");
        assertThat(tokens()).isEqualTo(1);
    }

    /** A proxy that puts a token into every request of a browser makes it say what nobody said. */
    @Test
    void aTokenThatABrowserCannotHaveSentIsAskedAboutLikeACookie() {
        var page = browser.get(
                first + "/oauth/authorize/" + gateway,
                "Authorization",
                admin,
                "Accept",
                HTML,
                "Sec-Fetch-Mode",
                "navigate");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("name=\"page\"");
    }

    @Test
    void aBrowserOfNobodyIsSentToSignInFirstAndBack() {
        provider.signIn(ANN);

        var answer = browser.follow(first + "/oauth/authorize/" + gateway, "Accept", HTML);

        assertThat(answer.body()).contains("name=\"page\"", ANN);
    }

    @Test
    void whatIsNotThereOrNotToBeSeenIsAnsweredAlikeAndWhatHasNoAccountsSaysSo() {
        signIn(browser, ANN);
        var open = gateway;
        gateway =
                registered(Map.of("name", "own-" + UUID.randomUUID(), "url", upstream.url(), "visibility", "private"));
        var hidden = browser.get(first + "/oauth/authorize/" + gateway);
        var absent = browser.get(first + "/oauth/authorize/" + UUID.randomUUID());
        var plain =
                registered(Map.of("name", "plain-" + UUID.randomUUID(), "url", upstream.url(), "visibility", "public"));

        assertThat(hidden.statusCode()).isEqualTo(404);
        assertThat(json(hidden).path("detail")).isEqualTo(json(absent).path("detail"));
        assertThat(browser.get(first + "/oauth/status/" + gateway).statusCode()).isEqualTo(404);
        var nothing = browser.get(first + "/oauth/authorize/" + plain);
        assertThat(nothing.statusCode()).isEqualTo(409);
        assertThat(nothing.body()).contains("authorization_code");
        gateway = open;
    }

    @Test
    void whoRefusesAtTheProviderIsToldSoWithoutItsWords() {
        signIn(browser, ANN);
        String refused =
                callback("ann-at-upstream").replaceAll("code=[^&]*", "error=access_denied&error_description=evil");

        var ended = browser.get(refused, "Accept", HTML);
        var page = browser.get(Browser.location(ended), "Accept", HTML);

        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("access_denied", "Correlation id").doesNotContain("evil");
        assertThat(tokens()).isZero();
        assertThat(trail("connect"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.outcome()).isEqualTo(Trail.Outcome.REFUSED));
    }

    @Test
    void aProviderThatIsDownAtTheExchangeIsAFailureAndTheCodeIsNotSentAgain() {
        signIn(browser, ANN);
        String callback = callback("ann-at-upstream");
        provider.down(true);

        var page = browser.follow(callback, "Accept", HTML);
        provider.down(false);

        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.body()).contains("not connected", "Correlation id");
        assertThat(browser.get(callback).statusCode()).isEqualTo(400);
        assertThat(tokens()).isZero();
    }

    /** O1, O3, O7: each changes one thing about an answer that would be right, and nothing is stored. */
    @ParameterizedTest
    @CsvSource({
        "state=[^&]*, state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA, 400",
        "state=[^&]*, state=, 400",
        "state=[^&]*, none=, 400",
        "$, &state=x, 400",
        "$, &iss=https://evil.example.com, 403",
        "code=[^&]*, error=access_denied&iss=https://evil.example.com, 403",
        "/oauth/callback, /oauth/callback/generic, 400"
    })
    void anAnswerThatIsNotTheOneIsNone(String part, String instead, int status) {
        signIn(browser, ANN);
        String callback = callback("ann-at-upstream");
        String forged = callback.replaceAll("&?iss=[^&]*", "").replaceFirst(part, instead);

        var answer = browser.get(forged, "Accept", HTML);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("evil");
        assertThat(tokens()).isZero();
    }

    @Test
    void anAnswerIsTakenOnceAndOnlyInItsBrowser() {
        signIn(browser, ANN);
        String callback = callback("ann-at-upstream");
        var kept = List.copyOf(browser.jar.getCookieStore().getCookies());
        try (var other = new Browser()) {
            signIn(other, ANN);
            assertThat(other.get(callback, "Accept", HTML).statusCode()).isEqualTo(400);
            assertThat(tokens()).isZero();
        }

        assertThat(browser.follow(callback, "Accept", HTML).statusCode()).isEqualTo(200);
        kept.forEach(cookie -> browser.jar.getCookieStore().add(URI.create(first), cookie));
        assertThat(browser.get(callback, "Accept", HTML).statusCode()).isEqualTo(400);
        assertThat(browser.get(callback.replace(second, first), "Accept", HTML).statusCode())
                .isEqualTo(400);
    }

    @Test
    void anAnswerAfterTenMinutesIsNone() {
        signIn(browser, ANN);
        String callback = callback("ann-at-upstream");
        var _ = here.getBean(DatabaseClient.class)
                .sql("UPDATE oauth_flows SET expires_at = expires_at - INTERVAL '10' MINUTE")
                .fetch()
                .rowsUpdated()
                .block(LONG);

        assertThat(browser.get(callback, "Accept", HTML).statusCode()).isEqualTo(400);
        assertThat(tokens()).isZero();
    }

    /** O7: the browser is right, and somebody else sits at it by now; or nobody. */
    @Test
    void anAnswerIsOnlyTakenFromWhoBegan() {
        signIn(browser, ANN);
        String callback = callback("ann-at-upstream");
        signIn(browser, BOB);
        var bobs = browser.get(callback, "Accept", HTML);
        assertThat(bobs.statusCode()).isEqualTo(403);
        assertThat(bobs.body()).contains("Somebody else is signed in");

        String again = callback("bob-at-upstream");
        browser.jar.getCookieStore().removeAll();
        assertThat(browser.get(again, "Accept", HTML).statusCode()).isEqualTo(400);
        signIn(browser, ANN);
        String third = callback("ann-at-upstream");
        browser.jar.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("mcp_gateway_session"))
                .toList()
                .forEach(cookie -> browser.jar.getCookieStore().remove(URI.create(first), cookie));
        assertThat(browser.get(third, "Accept", HTML).statusCode()).isEqualTo(403);
        assertThat(tokens()).isZero();
    }

    /** A flow that was begun with a token comes back with a cookie of its own alone; but not of somebody else. */
    @Test
    void aFlowOfATokenDoesNotEndInTheBrowserOfSomebodyElse() {
        var begun = browser.get(first + "/oauth/authorize/" + gateway, "Authorization", admin);
        provider.signIn("admin-at-upstream");
        String callback = Browser.location(browser.get(Browser.location(begun)));
        signIn(browser, ANN);

        assertThat(browser.get(callback, "Accept", HTML).statusCode()).isEqualTo(403);
        assertThat(tokens()).isZero();
    }

    /** O7: a code of the attacker's account, in the answer to the victim's flow, is another challenge's. */
    @Test
    void aCodeOfAnotherFlowIsNotTaken() {
        signIn(browser, ANN);
        String anns = callback("ann-at-upstream");
        String stolen = callback("mallory-at-upstream").replaceAll(".*code=([^&]*).*", "$1");

        var page = browser.follow(anns.replaceAll("code=[^&]*", "code=" + stolen), "Accept", HTML);

        assertThat(page.statusCode()).isEqualTo(502);
        assertThat(tokens()).isZero();
    }

    /** O6: consent is the user's who saw the page, in the browser that saw it. */
    @Test
    void nobodyAgreesForSomebodyElse() {
        signIn(browser, ANN);
        String anns = paper(page());
        try (var other = new Browser()) {
            signIn(other, BOB);
            assertThat(agree(other, anns).statusCode()).isEqualTo(403);
            signIn(other, ANN);
            assertThat(agree(other, anns).statusCode()).isEqualTo(403);
        }
        assertThat(agree(browser, "").statusCode()).isEqualTo(403);
        assertThat(agree(browser, anns + "A").statusCode()).isEqualTo(403);
        var foreign = browser.form(
                first + "/oauth/authorize/" + gateway,
                "https://evil.example.com",
                "page=" + URLEncoder.encode(anns, StandardCharsets.UTF_8));
        assertThat(foreign.statusCode()).isEqualTo(403);
        var other = gateway;
        gateway = register(Map.of());
        assertThat(agree(browser, anns).statusCode()).isEqualTo(403);
        gateway = other;

        assertThat(agree(browser, anns).statusCode()).isEqualTo(303);
    }

    /** O4: whatever the request says of itself. */
    @Test
    void theRedirectUriIsTheConfigurationsAlone() {
        var told = browser.get(
                first + "/oauth/authorize/" + gateway,
                "Authorization",
                admin,
                "Accept",
                "application/json",
                "X-Forwarded-Host",
                "evil.example.com",
                "Forwarded",
                "host=evil.example.com");

        assertThat(json(told).path("authorization_url").asString())
                .contains("redirect_uri=" + URLEncoder.encode(second + "/oauth/callback", StandardCharsets.UTF_8))
                .doesNotContain("evil");
        gateway = register(Map.of("redirect_uri", "https://evil.example.com/oauth/callback"));
        assertThat(browser.get(first + "/oauth/authorize/" + gateway, "Authorization", admin)
                        .statusCode())
                .isEqualTo(409);
    }

    /** O8. */
    @Test
    void nobodyIsSentToAnAddressThatIsNone() {
        for (String address :
                List.of("javascript:alert(1)", "file:///etc/passwd", "http://auth.example.com/authorize")) {
            var form = Map.of(
                    "name",
                    "bad-" + UUID.randomUUID(),
                    "url",
                    upstream.url(),
                    "auth_type",
                    "oauth",
                    "oauth_config",
                    Map.of(
                            "grant_type",
                            "authorization_code",
                            "authorization_url",
                            address,
                            "token_url",
                            provider.issuer() + "/oauth2/token",
                            "client_id",
                            "c"));
            var made = root.post(
                    first + "/gateways", JsonMapper.shared().writeValueAsString(form), "Authorization", admin);
            assertThat(made.statusCode()).as(address).isEqualTo(422);
            assertThat(made.body()).contains("authorization_url");
        }
    }

    /** O10: what another client got is no good any more. */
    @Test
    void aTokenIsNotUsedOnceTheClientIsAnother() {
        connect(ANN, "ann-at-upstream");
        assertThat(status(second).path("connected").asBoolean(false)).isTrue();

        var changed = root.patch(
                first + "/gateways/" + gateway,
                JsonMapper.shared().writeValueAsString(Map.of("oauth_config", config(Map.of("client_id", "another")))),
                "Authorization",
                admin);
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);

        await().atMost(LONG).untilAsserted(() -> {
            assertThat(call(browser, second)).contains("/oauth/authorize/" + gateway);
            assertThat(status(second).path("status").asString()).isEqualTo("needs_reauth");
        });
    }
}
