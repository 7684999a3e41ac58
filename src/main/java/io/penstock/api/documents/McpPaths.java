package io.penstock.api.documents;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.PathParameter;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Describes the MCP endpoints, which the data plane serves beside the REST routes. */
final class McpPaths {

    private static final String METADATA = "/.well-known/oauth-protected-resource";

    private McpPaths() {}

    /**
     * What endpoints are below.
     *
     * @param word begins the ids of its operations; empty for gateways
     * @param what the thing, as a summary names it
     * @param named what stands for it in its path; null where nothing does
     */
    private record Base(
            String path, String word, String what, @Nullable Supplier<Parameter> named) {

        String id(String rest) {
            return word.isEmpty() ? rest : word + rest.substring(0, 1).toUpperCase(Locale.ROOT) + rest.substring(1);
        }

        Operation operation(String operationId, String summary) {
            var operation = new Operation()
                    .operationId(id(operationId))
                    .summary(summary.formatted(what))
                    .tags(List.of("mcp"));
            return named == null ? operation : operation.addParametersItem(named.get());
        }

        Operation guarded(String operationId, String summary) {
            return operation(operationId, summary)
                    .addSecurityItem(new SecurityRequirement().addList(OpenApiSetup.BEARER))
                    .addSecurityItem(new SecurityRequirement().addList(OpenApiSetup.COOKIE));
        }
    }

    private static final List<Base> BASES = List.of(
            new Base("/gateways/{id}", "", "the upstream", McpPaths::id),
            new Base("/servers/{id}", "server", "the virtual server", McpPaths::id),
            new Base("", "all", "everything that the caller may see", null));

    private static final Base EXECUTE =
            new Base("/api/execute/{name}", "execute", "the server or gateway of that name", McpPaths::name);
    private static final Base STREAMABLE =
            new Base("/api/streamable/{name}", "streamable", "the server or gateway of that name", McpPaths::name);

    static void addTo(OpenAPI document) {
        for (var base : BASES) {
            document.path(base.path() + "/mcp", streamable(base));
            document.path(base.path() + "/sse", new PathItem().get(line(base)));
            document.path(base.path() + "/message", message(base));
            document.path(base.path() + "/ws", socket(base));
            metadata(document, base, "/mcp", "Mcp");
            metadata(document, base, "/sse", "Sse");
            metadata(document, base, "/ws", "Ws");
        }
        document.path(EXECUTE.path(), execute());
        document.path(EXECUTE.path() + "/message", message(EXECUTE));
        document.path(STREAMABLE.path(), streamable(STREAMABLE));
        metadata(document, EXECUTE, "", "Path");
        metadata(document, STREAMABLE, "", "Path");
        var gateway = new Base("", "", "this gateway", null);
        document.path(METADATA, new PathItem().get(metadata(gateway, "oauthMetadata")));
    }

    private static PathItem streamable(Base base) {
        return new PathItem()
                .post(posted(base))
                .get(base.guarded("mcpStream", "Open the stream of what %s says by itself (2025 revisions)")
                        .responses(McpAnswers.ok("A stream of events")))
                .delete(base.guarded("mcpEnd", "End the session with %s (2025 revisions)")
                        .responses(McpAnswers.of("204", "The session has ended")));
    }

    private static Operation posted(Base base) {
        return base.guarded("mcpPost", "Send a JSON-RPC message to %s, any revision of streamable HTTP")
                .requestBody(McpAnswers.message())
                .responses(McpAnswers.ok("A JSON-RPC response, or a stream of events")
                        .addApiResponse("202", McpAnswers.described("A notification or response was taken")));
    }

    private static Operation line(Base base) {
        return base.guarded("line", "Open a line to %s over HTTP+SSE (2024-11-05)")
                .responses(McpAnswers.ok("A stream of events; the first, endpoint, says where messages go"));
    }

    private static PathItem execute() {
        var get = line(EXECUTE)
                .summary("Open a line over HTTP+SSE (2024-11-05), or with Mcp-Session-Id the stream of the session");
        return streamable(EXECUTE).get(get);
    }

    private static PathItem message(Base base) {
        var line = new QueryParameter();
        line.name("session_id").required(true).schema(new StringSchema());
        return new PathItem()
                .post(base.guarded(
                                "lineMessage",
                                "Send a JSON-RPC message on an open line to %s; what comes of it comes there")
                        .addParametersItem(line)
                        .requestBody(McpAnswers.message())
                        .responses(McpAnswers.of("202", "The message was taken")));
    }

    private static PathItem socket(Base base) {
        return new PathItem()
                .get(base.guarded(
                                "socket",
                                "Open a line to %s over WebSocket: one JSON-RPC message a text frame, both ways")
                        .responses(McpAnswers.of(
                                "101", "The WebSocket is open; who is refused is told by a close code after that")));
    }

    private static void metadata(OpenAPI document, Base base, String way, String word) {
        document.path(METADATA + base.path() + way, new PathItem().get(metadata(base, "oauthMetadataOf" + word)));
    }

    private static Operation metadata(Base base, String operationId) {
        return base.operation(operationId, "Protected resource metadata of an MCP endpoint of %s (RFC 9728)")
                .security(List.of())
                .responses(McpAnswers.metadata());
    }

    private static Parameter id() {
        return new PathParameter().name("id").required(true).schema(new StringSchema().format("uuid"));
    }

    private static Parameter name() {
        return new PathParameter().name("name").required(true).schema(new StringSchema());
    }
}
