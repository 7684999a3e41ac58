package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.caller.Caller;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

/** The page that asks before an account is connected, and its form. */
class ConnectPageTests extends EdgeTest {

    private static final String HTML = "text/html,application/xhtml+xml,*/*;q=0.8";

    private String page;

    @BeforeEach
    void register() {
        page = "/oauth/authorize/"
                + Given.gateway(as("root"), """
                        {"name":"drive","url":"https://mcp.example.com/mcp","visibility":"public","auth_type":"oauth","oauth_config":
                        {"grant_type":"authorization_code","authorization_url":"https://auth.example.com/authorize",
                        "token_url":"https://auth.example.com/token","client_id":"c"}}""", 201).path("id").asString();
    }

    private ResponseSpec send(String form, String accept) {
        return as("alice")
                .post()
                .uri(page)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", accept)
                .bodyValue(form)
                .exchange();
    }

    @Test
    void aFormThatCannotBeReadIsRefused() {
        send("page=%zz", "*/*")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:penstock:problem:malformed");
        send("page=" + "a".repeat(2 * 1024 * 1024), "*/*").expectStatus().isEqualTo(413);
        send("page=%41", "*/*").expectStatus().isForbidden();
    }

    private String page(ResponseSpec answer, int status) {
        return answer.expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType("text/html;charset=utf-8")
                .expectHeader()
                .valueMatches("Content-Security-Policy", "default-src 'none'; .*")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }

    private ResponseSpec open(String path, String accept) {
        return as("alice").get().uri(path).header("Accept", accept).exchange();
    }

    /** A token can be asked for in the name of an upstream that it will not be sent to. */
    @Test
    void thePageSaysWhoWillBeShownTheToken() {
        var elsewhere = "/oauth/authorize/"
                + Given.gateway(as("root"), """
                        {"name":"calendar","url":"https://other.example.net/mcp","visibility":"public","auth_type":"oauth","oauth_config":
                        {"grant_type":"authorization_code","authorization_url":"https://auth.example.com/authorize",
                        "token_url":"https://auth.example.com/token","client_id":"c",
                        "resource":"https://calendar.example.com/mcp"}}""", 201).path("id").asString();

        var asked = as("alice")
                .get()
                .uri(elsewhere)
                .header("Accept", HTML)
                .header("Sec-Fetch-Mode", "navigate")
                .exchange();

        assertThat(page(asked, 200))
                .contains("<strong>auth.example.com</strong>", "which go to <strong>other.example.net</strong>")
                .contains("<code>https://calendar.example.com/mcp</code>", "alice@example.com");
    }

    @Test
    void aPersonIsShownAPageOfWhatIsRefused() {
        String plain = "/oauth/authorize/" + Given.gateway(as("root"), "plain");
        String absent = "/oauth/authorize/" + UUID.randomUUID();

        assertThat(page(open(plain, HTML), 409))
                .contains("Nothing was connected", "Correlation id", "href=\"" + plain + "\"");
        assertThat(page(open(absent, HTML), 404)).contains("Nothing was connected");
        assertThat(page(send("page=stale", HTML), 403)).contains("more than ten minutes ago", "href=\"" + page + "\"");
        assertThat(page(send("page=%zz", HTML), 400)).contains("Nothing was connected");
        open(absent, "application/json").expectHeader().contentType("application/problem+json");
        send("page=stale", "*/*").expectHeader().contentType("application/problem+json");
    }

    @Test
    void aPersonIsShownAPageAlsoOfWhatIsRefusedAheadOfIt() {
        var answer = anybody().get().uri("/gateways").header("Accept", HTML).exchange();

        answer.expectHeader().valueMatches("WWW-Authenticate", "Bearer .*");
        assertThat(page(answer, 401)).contains("Unauthorized", "Present a token", "Correlation id");
        assertThat(page(open("/<script>", HTML), 404)).doesNotContain("<script");
    }

    /** It could put its own account in the place of its user's. */
    @Test
    void aTokenForSomeOfWhatItsUserMayDoConnectsNothing() {
        world.people.put(
                "ci",
                new Caller(
                        "alice@example.com",
                        Caller.Source.API_TOKEN,
                        false,
                        Set.of("team-alpha"),
                        Set.of("gateways.read", "tools.execute"),
                        "",
                        World.EXPIRES));

        as("ci").get()
                .uri(page)
                .header("Accept", "application/json")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.detail")
                .value((String detail) -> assertThat(detail).contains("its user's own business"));
        as("ci").post()
                .uri(page)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .bodyValue("page=stale")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.detail")
                .value((String detail) -> assertThat(detail).contains("its user's own business"));
    }
}
