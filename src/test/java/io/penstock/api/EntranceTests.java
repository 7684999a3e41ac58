package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.api.entrance.Rule;
import io.penstock.audit.Trail.Outcome;
import io.penstock.caller.Caller;
import io.penstock.wire.Refusal;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import reactor.core.publisher.Mono;

@ExtendWith(OutputCaptureExtension.class)
class EntranceTests extends EdgeTest {

    @Autowired
    RequestMappingHandlerMapping requestMappingHandlerMapping;

    @Test
    void everyRouteOfOursHasARule() {
        assertThat(routes())
                .hasSizeGreaterThan(25)
                .allSatisfy((route, handler) ->
                        assertThat(Rule.of(handler)).as("the rule of %s", route).isNotNull());
    }

    @Test
    void aRouteWithoutARuleIsRefusedToEverybody() {
        var others = new HashMap<>(requestMappingHandlerMapping.getHandlerMethods());
        others.keySet().removeAll(routes().keySet());

        assertThat(others).isNotEmpty().allSatisfy((route, handler) -> {
            assertThat(Rule.of(handler)).isNull();
            for (var path : route.getDirectPaths()) {
                anybody().get().uri(path).exchange().expectStatus().isUnauthorized();
                as("root").get().uri(path).exchange().expectStatus().isNotFound();
            }
        });
    }

    /** All but those of the library that describes the API. */
    private Map<RequestMappingInfo, HandlerMethod> routes() {
        var routes = new HashMap<>(requestMappingHandlerMapping.getHandlerMethods());
        routes.values().removeIf(handler -> handler.getBeanType().getName().startsWith("org.springdoc."));
        return routes;
    }

    @Test
    void onlyStatusDocumentsPagesAndSigningInAreOpen() {
        var open = routes().entrySet().stream()
                .filter(route -> Rule.of(route.getValue()) instanceof Rule.Anybody)
                .flatMap(route -> route.getKey().getPatternsCondition().getPatterns().stream())
                .map(Object::toString);

        assertThat(open)
                .isNotEmpty()
                .allMatch(path -> path.equals("/health")
                        || path.equals("/ready")
                        || path.equals("/auth/login")
                        || path.equals("/auth/password")
                        || path.equals("/oauth/login")
                        || path.equals("/oauth/password")
                        || path.startsWith("/oauth/callback")
                        || path.equals("/oauth/connected/{id}")
                        || path.equals("/oauth/client.json")
                        || path.equals("/openapi.json")
                        || path.startsWith("/docs")
                        || path.equals("/console")
                        || path.equals("/console/{file}"));
    }

    /** Whose answers are constant, or for those who watch. */
    @Test
    void onlyStatusAndFilesOfPagesAreUnlimited() {
        var unlimited = routes().entrySet().stream()
                .filter(route -> Rule.of(route.getValue()) instanceof Rule.Anybody(boolean limited) && !limited)
                .flatMap(route -> route.getKey().getPatternsCondition().getPatterns().stream())
                .map(Object::toString);

        assertThat(unlimited).containsExactlyInAnyOrder("/health", "/ready", "/docs/{file}", "/console/{file}");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /auth/password?dry_run=true",
        "POST, /auth/login?dry_run=true",
        "GET, /ready?dry_run=true",
        "GET, /openapi.json?dry_run=true"
    })
    void nothingThatIsOpenCanBeTried(HttpMethod method, String path) {
        anybody()
                .method(method)
                .uri(path)
                .header("Content-Type", "application/json")
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].message")
                .isEqualTo("is only for changes of who may do what");
    }

    @Test
    void whatChangesSomethingReadsItsWholeQuery() {
        as("root")
                .post()
                .uri("/gateways?team=a&name=b")
                .header("Content-Type", "application/json")
                .bodyValue("{\"name\":\"g\",\"url\":\"https://mcp.example.com/mcp\"}")
                .exchange()
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[*].field")
                .isEqualTo(List.of("team", "name"))
                .jsonPath("$.errors[0].message")
                .isEqualTo("is unknown here");

        assertThat(world.gateways.rows).isEmpty();
    }

    @Test
    void challengesWhoBringsNothing() {
        anybody()
                .get()
                .uri("/gateways")
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals(
                        "WWW-Authenticate",
                        "Bearer resource_metadata=\"https://gateway.example.com/.well-known/oauth-protected-resource\","
                                + " scope=\"gateways.read\"")
                .expectHeader()
                .contentType("application/problem+json")
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo(401)
                .jsonPath("$.correlation_id")
                .isNotEmpty();

        assertThat(world.noted).singleElement().satisfies(entry -> {
            assertThat(entry.userEmail()).isEqualTo("unknown");
            assertThat(entry.action()).isEqualTo("list");
            assertThat(entry.resourceType()).isEqualTo("gateway");
            assertThat(entry.outcome()).isEqualTo(Outcome.REFUSED);
        });
        assertThat(world.strangers).hasSize(1);
    }

    @Test
    void namesTheMissingScopeAndNotesTheRefusal() {
        as("reader")
                .post()
                .uri("/gateways")
                .header("Content-Type", "application/json")
                .bodyValue("{\"name\":\"test\",\"url\":\"http://example.com\"}")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectHeader()
                .valueMatches("WWW-Authenticate", ".*error=\"insufficient_scope\", scope=\"gateways.create\".*")
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("This needs the scope gateways.create");

        assertThat(world.gateways.rows).isEmpty();
        assertThat(world.noted).singleElement().satisfies(entry -> {
            assertThat(entry.userEmail()).isEqualTo("reader@example.com");
            assertThat(entry.source()).isEqualTo("jwt");
            assertThat(entry.action()).isEqualTo("create");
            assertThat(entry.correlationId()).isNotBlank();
        });
        assertThat(world.strangers).isEmpty();
    }

    /** Behind a proxy that is everybody whom it does not name. */
    @Test
    void notesTheRefusalsOfAnonymousByWhereTheyComeFrom() {
        world.people.put(
                "nobody",
                new Caller(
                        "anonymous",
                        Caller.Source.ANONYMOUS,
                        false,
                        Set.of(),
                        Set.of("gateways.read"),
                        "",
                        World.EXPIRES));

        as("nobody").get().uri("/users").exchange().expectStatus().isForbidden();

        assertThat(world.strangers).hasSize(1);
    }

    /** Anybody can send it, as fast as they like. */
    @Test
    void notesAnAnswerOfNoSignInByWhereItComesFrom() {
        anybody()
                .get()
                .uri("/oauth/callback?state=made-up&code=x")
                .exchange()
                .expectStatus()
                .is4xxClientError();

        assertThat(world.noted).hasSize(1);
        assertThat(world.strangers).hasSize(1);
    }

    @Test
    void doesNotNoteWhatOnlyCameTooOften() {
        world.quotas = _ -> Mono.error(new Refusal(new Refusal.Reason.TooMany("wait", Duration.ofSeconds(1))));

        as("alice").get().uri("/gateways").exchange().expectStatus().isEqualTo(429);

        assertThat(world.noted).isEmpty();
    }

    @Test
    void refusesBeforeItReadsTheBody() {
        as("reader")
                .post()
                .uri("/gateways")
                .header("Content-Type", "application/json")
                .bodyValue("{ this is no JSON")
                .exchange()
                .expectStatus()
                .isForbidden();
        as("bob")
                .put()
                .uri("/gateways/00000000-0000-4000-8000-000000000000")
                .header("Content-Type", "application/json")
                .bodyValue("{ this is no JSON")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void hidesWhichPathsThereAre() {
        anybody().get().uri("/nothing/here").exchange().expectStatus().isUnauthorized();
        as("bob")
                .get()
                .uri("/nothing/here")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("There is nothing at this path");
    }

    @Test
    void servesNoFilesBesideItsRoutes() {
        as("root")
                .get()
                .uri("/webjars/swagger-ui/index.html")
                .exchange()
                .expectStatus()
                .isNotFound();
        as("root").get().uri("/actuator/health").exchange().expectStatus().isNotFound();
    }

    @Test
    void saysWhichMethodsAPathTakes() {
        anybody()
                .method(HttpMethod.PUT)
                .uri("/gateways")
                .exchange()
                .expectStatus()
                .isUnauthorized();
        as("bob")
                .method(HttpMethod.PUT)
                .uri("/gateways")
                .exchange()
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .valueEquals("Allow", "GET, POST")
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:penstock:problem:method-not-allowed");
    }

    @Test
    void aTrailingSlashLeadsNowhere() {
        anybody().get().uri("/gateways/").exchange().expectStatus().isUnauthorized();
        as("bob").get().uri("/gateways/").exchange().expectStatus().isNotFound();
    }

    @Test
    void everyAnswerKeepsBrowsersFromMisusingIt() {
        for (var path : new String[] {"/health", "/gateways", "/nothing"}) {
            anybody()
                    .get()
                    .uri(path)
                    .exchange()
                    .expectHeader()
                    .valueMatches("Content-Security-Policy", ".*frame-ancestors 'none'.*")
                    .expectHeader()
                    .valueEquals("X-Content-Type-Options", "nosniff")
                    .expectHeader()
                    .valueEquals("X-Frame-Options", "DENY")
                    .expectHeader()
                    .valueEquals("Cache-Control", "no-store")
                    .expectHeader()
                    .exists("X-Correlation-Id")
                    .expectHeader()
                    .doesNotExist("Server");
        }
    }

    @Test
    void answersPreflightsOfAllowedOriginsOnly() {
        anybody()
                .options()
                .uri("/gateways")
                .header("Origin", "https://console.example.com")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Access-Control-Allow-Origin", "https://console.example.com")
                .expectHeader()
                .doesNotExist("Access-Control-Allow-Credentials");
        for (var origin : new String[] {"https://evil.example.com", "https://console.example.com.evil.com", "null"}) {
            anybody()
                    .options()
                    .uri("/gateways")
                    .header("Origin", origin)
                    .header("Access-Control-Request-Method", "POST")
                    .exchange()
                    .expectStatus()
                    .isForbidden()
                    .expectHeader()
                    .doesNotExist("Access-Control-Allow-Origin")
                    .expectHeader()
                    .contentType("application/problem+json");
        }
    }

    @Test
    void aPageOfThisGatewayMayCallBehindAProxyThatEndsTls() {
        as("root")
                .get()
                .uri("/gateways")
                .header("Origin", "https://localhost:" + port)
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void theLogOfAnErrorQuotesNoQuery(CapturedOutput output) {
        world.quotas = _ -> Mono.error(new IllegalStateException("nobody foresaw this"));

        as("root")
                .get()
                .uri("/gateways?code=only-the-two-of-us-know")
                .exchange()
                .expectStatus()
                .isEqualTo(500);

        assertThat(output).contains("nobody foresaw this").doesNotContain("only-the-two-of-us-know");
    }

    @Test
    void aClientThatHangsUpInMidBodyIsNoErrorOfOurs(CapturedOutput output) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var head = "POST /gateways HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer root\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        }
        as("root").get().uri("/gateways").exchange().expectStatus().isOk();
        await().pollDelay(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(output).doesNotContain("AbortedException"));
    }

    @Test
    void anErrorNobodyForesawTellsNothing() {
        world.check = gateway -> {
            throw new IllegalStateException("jdbc:postgresql://secret-host/db SELECT * FROM gateways");
        };
        var id = Given.gateway(as("root"), "g1");

        as("root")
                .post()
                .uri("/gateways/{id}/check", id)
                .exchange()
                .expectStatus()
                .isEqualTo(500)
                .expectBody(String.class)
                .value(body -> assertThat(body)
                        .contains("correlation_id")
                        .doesNotContain("secret-host", "SELECT", "IllegalState", "java."));
    }
}
