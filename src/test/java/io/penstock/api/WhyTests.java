package io.penstock.api;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

class WhyTests extends EdgeTest {

    private ResponseSpec why(String person, String query) {
        return as(person).get().uri("/why?" + query).exchange();
    }

    @Test
    void everybodyMayAskAboutTheirOwnCalls() {
        why("bob", "method=tools/call&target=/servers/00000000-0000-4000-8000-000000000001/mcp&name=echo")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.user")
                .isEqualTo("bob@example.com")
                .jsonPath("$.allowed")
                .isEqualTo(false)
                .jsonPath("$.outcome")
                .isEqualTo("asked")
                .jsonPath("$.steps[0].rule")
                .isEqualTo("role");
    }

    @ParameterizedTest
    @CsvSource({
        "target=/servers/00000000-0000-4000-8000-000000000001/mcp, 00000000-0000-4000-8000-000000000001",
        "target=gateways/00000000-0000-4000-8000-000000000002, 00000000-0000-4000-8000-000000000002",
        "target=gateways/00000000-0000-4000-8000-000000000002/mcp, 00000000-0000-4000-8000-000000000002",
        "target=My Desk, My Desk",
        "target=github-mcp, github-mcp",
        "target=mcp, mcp",
        "target=desk/mcp, desk/mcp",
        "target=/mcp, ''",
        "x, ''"
    })
    void anEndpointIsNamedByPathOrByName(String target, String name) {
        why("root", "method=ping" + (target.equals("x") ? "" : "&" + target))
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.steps[0].detail")
                .isEqualTo(name);
    }

    @Test
    void aboutOthersAskThoseWhoMayReadTheTrail() {
        why("bob", "method=ping&user=alice@example.com").expectStatus().isForbidden();
        why("root", "method=ping&user=Alice@Example.com")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.user")
                .isEqualTo("alice@example.com")
                .jsonPath("$.allowed")
                .isEqualTo(false);
    }

    @Test
    void whatIsMissingOrWrongIsNamed() {
        why("root", "target=x")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo("method");
        why("root", "method=ping&user=a@b@c")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo("user");
    }
}
