package io.penstock.api.documents;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.PathParameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.List;
import java.util.Map;

/** Describes the MCP endpoints, which the data plane serves beside the REST routes. */
final class McpPaths {

    private static final String ENDPOINT = "/gateways/{id}/mcp";
    private static final String METADATA = "/.well-known/oauth-protected-resource";

    private McpPaths() {}

    static void addTo(OpenAPI document) {
        document.path(
                ENDPOINT,
                new PathItem()
                        .post(endpoint(
                                        "mcpPost",
                                        "Send a JSON-RPC message to the upstream, any revision of streamable HTTP")
                                .requestBody(message())
                                .responses(answers("200", "A JSON-RPC response, or a stream of events")
                                        .addApiResponse("202", described("A notification or response was taken"))))
                        .get(endpoint("mcpStream", "Open the stream of the upstream's own messages (2025 revisions)")
                                .responses(answers("200", "A stream of events")))
                        .delete(endpoint("mcpEnd", "End the session (2025 revisions)")
                                .responses(answers("204", "The session has ended"))));
        document.path(METADATA, new PathItem().get(metadata("oauthMetadata", "this gateway")));
        document.path(
                METADATA + ENDPOINT,
                new PathItem()
                        .get(metadata("oauthMetadataOfMcp", "an MCP endpoint").addParametersItem(id())));
    }

    private static Operation endpoint(String operationId, String summary) {
        return new Operation()
                .operationId(operationId)
                .summary(summary)
                .tags(List.of("mcp"))
                .addParametersItem(id())
                .addSecurityItem(new SecurityRequirement().addList(OpenApiSetup.BEARER));
    }

    private static Operation metadata(String operationId, String what) {
        var body = new MediaType()
                .schema(new ObjectSchema())
                .example(Map.of("resource", "https://gateway.example.com/gateways/{id}/mcp"));
        return new Operation()
                .operationId(operationId)
                .summary("Protected resource metadata of " + what + " (RFC 9728)")
                .tags(List.of("mcp"))
                .security(List.of())
                .responses(new ApiResponses()
                        .addApiResponse(
                                "200",
                                described("The metadata")
                                        .content(new Content().addMediaType("application/json", body))));
    }

    private static RequestBody message() {
        var body = new MediaType()
                .schema(new ObjectSchema())
                .example(Map.of("jsonrpc", "2.0", "id", 1, "method", "tools/list"));
        return new RequestBody().required(true).content(new Content().addMediaType("application/json", body));
    }

    private static ApiResponses answers(String status, String description) {
        var answered = described(description);
        if (status.equals("200")) {
            answered.content(new Content()
                    .addMediaType("application/json", new MediaType().schema(new ObjectSchema()))
                    .addMediaType("text/event-stream", new MediaType().schema(new StringSchema())));
        }
        return new ApiResponses()
                .addApiResponse(status, answered)
                .addApiResponse("400", error("No JSON-RPC message that every parser reads alike"))
                .addApiResponse(
                        "401", error("Nobody, or nobody that can be believed; WWW-Authenticate says where to ask"))
                .addApiResponse("403", error("A scope is missing, or the origin is not allowed"))
                .addApiResponse("404", error("There is no such gateway, or the session has ended"))
                .addApiResponse("502", error("The upstream refused or broke off"))
                .addApiResponse("504", error("The upstream did not answer in time"));
    }

    private static ApiResponse error(String description) {
        return described(description)
                .content(new Content().addMediaType("application/json", new MediaType().schema(new ObjectSchema())));
    }

    private static ApiResponse described(String description) {
        return new ApiResponse().description(description);
    }

    private static PathParameter id() {
        var id = new PathParameter();
        Schema<?> schema = new StringSchema().format("uuid");
        id.name("id").required(true).schema(schema);
        return id;
    }
}
