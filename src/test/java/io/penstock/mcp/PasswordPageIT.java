package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.caller.signin.Browser;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** A gateway without an identity provider, whose own users sign in with browsers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PasswordPageIT {

    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String HTML = "text/html,application/xhtml+xml";
    private static final String PASSWORD = "correct horse battery staple 7";
    private static final String OTHER = "another horse and battery 9";
    private static final Pattern FIELD = Pattern.compile("name=\"page\" value=\"([^\"]+)\"");

    private ConfigurableApplicationContext application;
    private Browser browser;
    private String gateway = "";
    private String admin = "";
    private String ann = "";

    @BeforeAll
    void start(@TempDir Path folder) {
        var starting = new SpringApplication(Penstock.class);
        starting.setDefaultProperties(Map.ofEntries(
                Map.entry("PORT", "0"),
                Map.entry("MANAGEMENT_PORT", "0"),
                Map.entry("BASE_URL", "http://localhost"),
                Map.entry("DATA_DIR", folder.toString()),
                Map.entry("AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA"),
                Map.entry("JWT_SECRET_KEY", SIGNING),
                Map.entry("SECRET_KEY", "f3a1c08e5d7b2946f0e1d2c3b4a5968778695a4b3c2d1e0f9e8d7c6b5a493827"),
                Map.entry("UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"),
                Map.entry("penstock.health.poll", "1h")));
        application = starting.run();
        gateway = "http://localhost:" + application.getEnvironment().getProperty("local.server.port");
        admin = "Bearer " + Tokens.administrator(SIGNING);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @BeforeEach
    void open() {
        browser = new Browser();
        ann = "ann-" + UUID.randomUUID() + "@example.com";
        make("/users", Map.of("email", ann, "password", PASSWORD, "must_change_password", false));
    }

    @AfterEach
    void close() {
        browser.close();
    }

    private String make(String path, Map<String, Object> form) {
        try (var root = new Browser()) {
            var made = root.post(gateway + path, JsonMapper.shared().writeValueAsString(form), "Authorization", admin);
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            return JsonMapper.shared().readTree(made.body()).path("id").asString();
        }
    }

    private HttpResponse<String> page(String path) {
        var page = browser.follow(gateway + path, "Accept", HTML);
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        return page;
    }

    private static String field(HttpResponse<String> page) {
        var found = FIELD.matcher(page.body());
        assertThat(found.find()).as(page.body()).isTrue();
        return found.group(1);
    }

    private HttpResponse<String> send(String field, String place, String password, String origin) {
        return browser.form(
                gateway + "/oauth/login",
                origin,
                "page=" + encoded(field) + "&return_to=" + encoded(place) + "&email=" + encoded(ann) + "&password="
                        + encoded(password));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private int me() {
        return browser.get(gateway + "/auth/me").statusCode();
    }

    private void signIn() {
        var answer = send(field(page("/oauth/login")), "/", PASSWORD, gateway);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    }

    /** Where an account is connected at an upstream. */
    private String connecting() {
        String id = make(
                "/gateways",
                Map.of(
                        "name", "up-" + UUID.randomUUID(),
                        "url", "http://127.0.0.1:9/mcp",
                        "visibility", "public",
                        "auth_type", "oauth",
                        "oauth_config",
                                Map.of(
                                        "grant_type", "authorization_code",
                                        "authorization_url", "https://auth.example.com/authorize",
                                        "token_url", "https://auth.example.com/token",
                                        "client_id", "c")));
        return "/oauth/authorize/" + id;
    }

    @Test
    void aBrowserOfNobodySignsInAndIsAskedWhetherToConnect() {
        String place = connecting();

        var login = page(place);
        assertThat(login.body()).contains("name=\"password\"").doesNotContain("<script");
        assertThat(login.headers().firstValue("content-security-policy").orElse(""))
                .contains("form-action 'self'", "frame-ancestors 'none'");
        var signedIn = send(field(login), place, PASSWORD, gateway);

        assertThat(signedIn.statusCode()).as(signedIn.body()).isEqualTo(303);
        assertThat(Browser.location(signedIn)).isEqualTo(gateway + place);
        var asked = browser.get(Browser.location(signedIn), "Accept", HTML);
        assertThat(asked.body()).contains(ann, "auth.example.com", "name=\"page\"");
        assertThat(browser.get(gateway + "/auth/me").body()).contains("\"source\":\"session\"");
    }

    @Test
    void whoseSessionEndsBeforeTheyAgreeSignsInAndIsAskedAgain() {
        signIn();
        String place = connecting();
        String field = field(page(place));
        end();

        var agreed = browser.form(gateway + place, gateway, "page=" + encoded(field));

        assertThat(agreed.statusCode()).as(agreed.body()).isEqualTo(303);
        assertThat(Browser.location(agreed)).isEqualTo(gateway + "/oauth/login?return_to=" + encoded(place));
        assertThat(browser.post(gateway + place, "page=x", "X-A", "b").statusCode())
                .isEqualTo(401);
    }

    /** Ends the session with a program that says nothing of what it reads, so that the browser goes on sending its cookie. */
    private void end() {
        try (var program = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(gateway + "/oauth/logout"))
                    .header("Cookie", "mcp_gateway_session=" + browser.session())
                    .POST(BodyPublishers.noBody())
                    .build();
            assertThat(program.sendAsync(request, BodyHandlers.ofString())
                            .join()
                            .body())
                    .isEqualTo("{\"end_session_url\":null}");
        }
    }

    /** Browsers do not send what the type of a field does not take. */
    @Test
    void aNameThatIsNoAddressSignsIn() {
        ann = "alice-" + UUID.randomUUID();
        make("/users", Map.of("email", ann, "password", PASSWORD, "must_change_password", false));

        assertThat(page("/oauth/login").body())
                .contains("<input type=\"text\" name=\"email\"")
                .doesNotContain("type=\"email\"");
        signIn();
        assertThat(me()).isEqualTo(200);
    }

    @Test
    void aWrongPasswordOpensNothing() {
        var answer = send(field(page("/oauth/login")), "/", OTHER, gateway);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(me()).isEqualTo(401);
    }

    @Test
    void whoMistypesTriesAgainOnTheSameFormAndGoesWhereTheyWanted() {
        String place = "/auth/me?a='b'";
        var mistyped = send(field(page("/oauth/login?return_to=" + encoded(place))), place, OTHER, gateway);

        assertThat(mistyped.statusCode()).isEqualTo(401);
        assertThat(mistyped.body())
                .contains("role=\"alert\"", "password is wrong")
                .contains("name=\"email\" value=\"" + ann + "\"")
                .contains("name=\"return_to\" value=\"/auth/me?a=&#39;b&#39;\"")
                .doesNotContain(OTHER);
        var again = send(field(mistyped), place, PASSWORD, gateway);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(303);
        assertThat(Browser.location(again)).isEqualTo(gateway + place);
    }

    @Test
    void whatWasTypedIsShownAsATextAgain() {
        ann = "<script>alert('\"1\"')</script>";

        assertThat(send("stale", "//evil.example.com", PASSWORD, gateway).body())
                .contains("role=\"alert\"", "value=\"&lt;script&gt;alert(&#39;&quot;1&quot;&#39;)", "value=\"/\"")
                .doesNotContain("<script", "evil.example");
    }

    @Test
    void aPageThatWasOpenForTooLongIsShownAgain() {
        var stale = send(field(page("/oauth/login")) + "A", "/auth/me", PASSWORD, gateway);

        assertThat(stale.statusCode()).isEqualTo(403);
        assertThat(send(field(stale), "/auth/me", PASSWORD, gateway).statusCode())
                .isEqualTo(303);
    }

    private HttpResponse<String> choose(String field, String place, String present, String chosen, String again) {
        return browser.form(
                gateway + "/oauth/password",
                gateway,
                "page=" + encoded(field) + "&return_to=" + encoded(place) + "&email=" + encoded(ann) + "&password="
                        + encoded(present) + "&new_password=" + encoded(chosen) + "&new_password_again="
                        + encoded(again));
    }

    /** Up to the form to choose a password, as who was given one. */
    private HttpResponse<String> given(String place) {
        ann = "given-" + UUID.randomUUID() + "@example.com";
        make("/users", Map.of("email", ann, "password", PASSWORD));
        return send(field(page("/oauth/login?return_to=" + encoded(place))), place, PASSWORD, gateway);
    }

    @Test
    void whoWasGivenAPasswordChoosesOneAndIsSignedIn() {
        var asked = given("/auth/sessions");

        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(403);
        assertThat(asked.body())
                .contains("Choose a new password", "value=\"" + ann + "\"", "autocomplete=\"new-password\"")
                .doesNotContain("POST /auth/password", PASSWORD);
        assertThat(me()).isEqualTo(401);
        var signedIn = choose(field(asked), "/auth/sessions", PASSWORD, OTHER, OTHER);
        assertThat(signedIn.statusCode()).as(signedIn.body()).isEqualTo(303);
        assertThat(Browser.location(signedIn)).isEqualTo(gateway + "/auth/sessions");
        assertThat(browser.get(Browser.location(signedIn)).statusCode()).isEqualTo(200);

        assertThat(send(field(page("/oauth/login")), "/", PASSWORD, gateway).statusCode())
                .isEqualTo(401);
        assertThat(send(field(page("/oauth/login")), "/", OTHER, gateway).statusCode())
                .isEqualTo(303);
    }

    @Test
    void whoHasToChooseAPasswordGetsTheConsoleToDoItByAndAProgramTheProblem() {
        ann = "given-" + UUID.randomUUID() + "@example.com";
        make("/users", Map.of("email", ann, "password", PASSWORD));
        var signedIn = browser.post(
                gateway + "/auth/login",
                JsonMapper.shared().writeValueAsString(Map.of("email", ann, "password", PASSWORD)));
        String token = "Bearer "
                + JsonMapper.shared()
                        .readTree(signedIn.body())
                        .path("access_token")
                        .asString();

        var page = browser.get(gateway + "/console", "Authorization", token, "Accept", HTML);

        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("/console/console.js");
        assertThat(browser.get(gateway + "/console", "Authorization", token).body())
                .contains("password-expired");
    }

    @Test
    void aPasswordThatIsNotTakenIsAskedForAgainWithTheRule() {
        var asked = given("/auth/sessions");

        var weak = choose(field(asked), "/auth/sessions", PASSWORD, "short", "short");
        assertThat(weak.statusCode()).isEqualTo(422);
        assertThat(weak.body()).contains("role=\"alert\"", "The new password must have ");
        var different = choose(field(weak), "/auth/sessions", PASSWORD, OTHER, OTHER + "x");
        assertThat(different.body()).contains("The new password must be the same both times");
        var same = choose(field(different), "/auth/sessions", PASSWORD, PASSWORD, PASSWORD);
        assertThat(same.body()).contains("The new password must be another one than the present");
        var wrong = choose(field(same), "/auth/sessions", "not the present one", OTHER, OTHER);
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("password is wrong", "Choose a new password");
        assertThat(me()).isEqualTo(401);

        assertThat(choose(field(wrong), "/auth/sessions", PASSWORD, OTHER, OTHER)
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void aPasswordIsChosenOnItsOwnPageAlone() {
        String field = field(given("/"));

        assertThat(choose(field(page("/oauth/login")), "/", PASSWORD, OTHER, OTHER)
                        .statusCode())
                .isEqualTo(403);
        assertThat(choose(field, "/docs", PASSWORD, OTHER, OTHER).statusCode()).isEqualTo(403);
        browser.jar.getCookieStore().removeAll();
        assertThat(choose(field, "/", PASSWORD, OTHER, OTHER).statusCode()).isEqualTo(403);
        assertThat(browser.crossSiteForm(gateway + "/oauth/password", "email=" + encoded(ann))
                        .statusCode())
                .isEqualTo(403);
        assertThat(me()).isEqualTo(401);
    }

    /** What another site wrote into the form is none of the person's words. */
    @Test
    void aFormOfAnotherSiteIsNotShownAgain() {
        assertThat(browser.crossSiteForm(gateway + "/oauth/login", "email=" + encoded(ann))
                        .body())
                .contains("Another site may have sent this")
                .doesNotContain("<form", ann);
    }

    @Test
    void aFormThatCannotBeReadIsRefused() {
        assertThat(browser.form(gateway + "/oauth/login", gateway, "email=%zz").statusCode())
                .isEqualTo(400);
        assertThat(browser.form(gateway + "/oauth/login", gateway, "email=" + "a".repeat(2 * 1024 * 1024))
                        .statusCode())
                .isEqualTo(413);
    }

    /** O1: nobody is signed in as an attacker by a form that the attacker's page sends. */
    @Test
    void aFormOfAnotherPageOrBrowserOpensNothing() {
        String field = field(page("/oauth/login"));

        assertThat(send(field, "/", PASSWORD, "https://evil.example.com").statusCode())
                .isEqualTo(403);
        assertThat(send(field, "/docs", PASSWORD, gateway).statusCode()).isEqualTo(403);
        assertThat(send(field + "A", "/", PASSWORD, gateway).statusCode()).isEqualTo(403);
        browser.jar.getCookieStore().removeAll();
        assertThat(send(field, "/", PASSWORD, gateway).statusCode()).isEqualTo(403);
        assertThat(me()).isEqualTo(401);
    }

    /** O5. */
    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example.com", "//evil.example.com", "/\\evil.example.com", "/%5cevil", "/a|b"})
    void nobodyIsSentElsewhereAfterwards(String place) {
        assertThat(browser.get(gateway + "/oauth/login?return_to=" + encoded(place), "Accept", HTML)
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void anotherPasswordEndsTheSession() {
        signIn();
        assertThat(me()).isEqualTo(200);

        try (var elsewhere = new Browser()) {
            var changed = elsewhere.post(
                    gateway + "/auth/password",
                    JsonMapper.shared()
                            .writeValueAsString(Map.of("email", ann, "password", PASSWORD, "new_password", OTHER)));
            assertThat(changed.statusCode()).as(changed.body()).isEqualTo(204);
        }

        assertThat(me()).isEqualTo(401);
    }

    @Test
    void whoIsSignedInSignsOutAtHome() {
        signIn();
        var home = page("/");
        assertThat(home.body()).contains(ann, "action=\"/oauth/logout\"", "Sign out");
        assertThat(home.headers().firstValue("content-security-policy").orElse(""))
                .contains("form-action 'self'");
        // browsers that tell nothing of the page send the origin null, from which no cookie counts
        assertThat(home.headers().firstValue("referrer-policy")).hasValue("same-origin");
        assertThat(browser.crossSiteForm(gateway + "/oauth/logout", "").statusCode())
                .isEqualTo(403);
        assertThat(me()).isEqualTo(200);

        var out = browser.form(gateway + "/oauth/logout", gateway, "");

        assertThat(out.statusCode()).as(out.body()).isEqualTo(200);
        assertThat(out.body()).contains("<h1>You are signed out</h1>", "/oauth/login");
        assertThat(me()).isEqualTo(401);
    }

    @Test
    void aLogoutEndsTheSession() {
        signIn();

        end();

        assertThat(me()).isEqualTo(401);
    }
}
