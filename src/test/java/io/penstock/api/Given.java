package io.penstock.api;

import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** What tests start from, made through the API. */
final class Given {

    private Given() {}

    /** A public gateway without a credential; its id. */
    static String gateway(WebTestClient client, String name) {
        return gateway(client, "{\"name\":\"" + name + "\",\"url\":\"https://mcp.example.com/mcp\"}", 201)
                .path("id")
                .asString();
    }

    /** What a registration answers. */
    static JsonNode gateway(WebTestClient client, String body, int status) {
        return client.post()
                .uri("/gateways")
                .header("Content-Type", "application/json")
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
    }
}
