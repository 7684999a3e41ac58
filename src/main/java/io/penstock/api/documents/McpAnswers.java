package io.penstock.api.documents;

import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Map;

/** What goes to MCP endpoints and what they answer. */
final class McpAnswers {

    private static final String JSON = "application/json";

    private McpAnswers() {}

    static RequestBody message() {
        var body = new MediaType()
                .schema(new ObjectSchema())
                .example(Map.of("jsonrpc", "2.0", "id", 1, "method", "tools/list"));
        return new RequestBody().required(true).content(new Content().addMediaType(JSON, body));
    }

    /** A message or a stream of them. */
    static ApiResponses ok(String description) {
        var answered = described(description)
                .content(new Content()
                        .addMediaType(JSON, new MediaType().schema(new ObjectSchema()))
                        .addMediaType("text/event-stream", new MediaType().schema(new StringSchema())));
        return refusals(new ApiResponses().addApiResponse("200", answered));
    }

    /** No body. */
    static ApiResponses of(String status, String description) {
        return refusals(new ApiResponses().addApiResponse(status, described(description)));
    }

    private static ApiResponses refusals(ApiResponses answers) {
        return answers.addApiResponse("400", error("No JSON-RPC message that every parser reads alike"))
                .addApiResponse(
                        "401", error("Nobody, or nobody that can be believed; WWW-Authenticate says where to ask"))
                .addApiResponse("403", error("A scope is missing, or the origin is not allowed"))
                .addApiResponse("404", error("There is no such endpoint, or the session has ended"))
                .addApiResponse("429", limited())
                .addApiResponse(
                        "503", error("It cannot be done now; Retry-After and data.retry_after say when to try again"))
                .addApiResponse("502", error("The upstream refused or broke off"))
                .addApiResponse("504", error("The upstream did not answer in time"));
    }

    static ApiResponses metadata() {
        var body = new MediaType()
                .schema(new ObjectSchema())
                .example(Map.of("resource", "https://gateway.example.com/gateways/{id}/mcp"));
        return new ApiResponses()
                .addApiResponse("200", described("The metadata").content(new Content().addMediaType(JSON, body)))
                .addApiResponse("429", limited());
    }

    private static ApiResponse limited() {
        return error("Beyond a limit; Retry-After and data.retry_after say when to come back")
                .headers(LimitHeaders.all());
    }

    private static ApiResponse error(String description) {
        return described(description)
                .content(new Content().addMediaType(JSON, new MediaType().schema(new ObjectSchema())));
    }

    static ApiResponse described(String description) {
        return new ApiResponse().description(description);
    }
}
