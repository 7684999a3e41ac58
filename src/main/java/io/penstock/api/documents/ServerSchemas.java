package io.penstock.api.documents;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.util.List;
import java.util.Map;

/** Schemas of the bodies of virtual servers. */
final class ServerSchemas {

    private ServerSchemas() {}

    static Schema<?> input() {
        return fields().required(List.of("name"))
                .example(Map.of("name", "desk", "gateways", List.of(InputSchemas.ID), "name_style", "prefixed"));
    }

    static Schema<?> patch() {
        return fields().description("Only what is named is changed; null clears (RFC 7396)")
                .example(Map.of("tools", List.of(InputSchemas.ID)));
    }

    static void addExample(Components components) {
        ViewExamples.add(
                components,
                "ServerView",
                Map.of(
                        "id",
                        InputSchemas.ID,
                        "name",
                        "desk",
                        "slug",
                        "desk",
                        "gateways",
                        List.of(InputSchemas.ID),
                        "name_style",
                        "prefixed",
                        "mcp_url",
                        "https://gateway.example.com/servers/" + InputSchemas.ID + "/mcp",
                        "tool_count",
                        12));
    }

    private static Schema<?> fields() {
        return new ObjectSchema()
                .addProperty("name", InputSchemas.text(255).example("desk"))
                .addProperty("description", InputSchemas.text(8192))
                .addProperty(
                        "visibility",
                        InputSchemas.choice("public", "team", "private")._default("public"))
                .addProperty("team_id", InputSchemas.text(255).description("needed for visibility team, and only then"))
                .addProperty(
                        "tags", new ArraySchema().items(InputSchemas.text(100)).maxItems(50))
                .addProperty(
                        "name_style",
                        InputSchemas.choice("prefixed", "original")
                                ._default("prefixed")
                                .description("public names, or those of the upstreams, which then must differ"))
                .addProperty("tools", ids("tools"))
                .addProperty("resources", ids("resources and resource templates"))
                .addProperty("prompts", ids("prompts"))
                .addProperty("gateways", ids("gateways, with all that they offer"));
    }

    private static Schema<?> ids(String what) {
        return new ArraySchema()
                .items(new StringSchema().format("uuid"))
                .maxItems(1000)
                .description("the ids of " + what);
    }
}
