package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.mcp.McpEndpoints;
import io.penstock.wire.Refusal.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

class EarlyProblemsTests extends EdgeTest {

    private static final Reason BUSY = new Reason.Malformed("The Host header names no host of this gateway");

    @Autowired
    EarlyProblems problems;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/gateways",
                "/gateways/00000000-0000-4000-8000-000000000000",
                "/users/none/roles",
                "/admin/posture",
                "/health"
            })
    void aRoutesClientIsToldAProblem(String path) {
        var problem = JsonMapper.shared().readTree(problems.problem(path, BUSY, "c0ffee"));

        assertThat(problem.path("type").asString()).isEqualTo("urn:penstock:problem:malformed");
        assertThat(problem.path("status").asInt()).isEqualTo(400);
        assertThat(problem.path("detail").asString()).isEqualTo(BUSY.detail());
        assertThat(problem.path("correlation_id").asString()).isEqualTo("c0ffee");
    }

    @Test
    void noEndpointOfMcpIsARoutes() {
        assertThat(McpEndpoints.routes()).isNotEmpty().allSatisfy(route -> {
            var path = route.split(" ", 2)[1]
                    .replace("{id}", "00000000-0000-4000-8000-000000000000")
                    .replaceAll("[{][a-z]+}", "a-name");
            assertThat(problems.problem(path, BUSY, "c0ffee")).as(path).isNull();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "/bad-request",
                "/nowhere",
                "/gateways/a/b/c",
                "/gateways//",
                "/%zz",
                "/users;a=b/x/y"
            })
    void whatIsNoRouteIsNotToldOne(String path) {
        assertThat(problems.problem(path, BUSY, "c0ffee")).isNull();
    }
}
