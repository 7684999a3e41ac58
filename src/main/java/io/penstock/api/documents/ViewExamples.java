package io.penstock.api.documents;

import io.swagger.v3.oas.models.Components;
import java.util.List;
import java.util.Map;

/** Examples of what the API answers. */
final class ViewExamples {

    private ViewExamples() {}

    /** An example for each view, where its fields alone don't say enough. */
    static void addTo(Components components) {
        add(
                components,
                "GatewayView",
                Map.of(
                        "id",
                        InputSchemas.ID,
                        "name",
                        "github",
                        "slug",
                        "github",
                        "url",
                        "https://mcp.example.com/mcp",
                        "transport",
                        "AUTO",
                        "auth_type",
                        "bearer",
                        "auth_token",
                        "*****",
                        "visibility",
                        "public",
                        "enabled",
                        true,
                        "healthy",
                        true));
        add(
                components,
                "ToolView",
                Map.of(
                        "id",
                        InputSchemas.ID,
                        "name",
                        "github-search",
                        "original_name",
                        "search",
                        "federation_source",
                        "github",
                        "input_schema",
                        Map.of("type", "object"),
                        "enabled",
                        true,
                        "approved",
                        true));
        add(
                components,
                "ResourceView",
                Map.of(
                        "id",
                        InputSchemas.ID,
                        "uri",
                        "file:///readme.md",
                        "mime_type",
                        "text/markdown",
                        "federation_source",
                        "github"));
        add(
                components,
                "ResourceTemplateView",
                Map.of(
                        "id",
                        InputSchemas.ID,
                        "uri_template",
                        "file:///{path}",
                        "federation_source",
                        "github",
                        "enabled",
                        true));
        add(
                components,
                "PromptView",
                Map.of(
                        "id",
                        InputSchemas.ID,
                        "name",
                        "github-review",
                        "original_name",
                        "review",
                        "arguments",
                        List.of(Map.of("name", "pull"))));
        add(
                components,
                "EntryView",
                Map.of(
                        "user_email",
                        "admin@example.com",
                        "source",
                        "jwt",
                        "action",
                        "create",
                        "resource_type",
                        "gateway",
                        "resource_id",
                        InputSchemas.ID,
                        "outcome",
                        "success",
                        "correlation_id",
                        "5f1c09c2a7e14b3d"));
        add(components, "EventView", Map.of("kind", "health", "detail", Map.of("healthy", true)));
        add(components, "Me", Map.of("user", "admin@example.com", "source", "jwt", "admin", true));
        add(components, "Status", Map.of("status", "UP"));
        add(components, "Discovery", Map.of("tools", Map.of("added", 3, "updated", 0, "removed", 1)));
    }

    static void add(Components components, String name, Map<String, Object> example) {
        var schema = components.getSchemas().get(name);
        if (schema != null) {
            schema.setExample(example);
        }
    }
}
