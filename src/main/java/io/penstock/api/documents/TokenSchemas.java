package io.penstock.api.documents;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Schemas of the bodies of API tokens. */
final class TokenSchemas {

    private static final int LARGEST_QUOTA = 1_000_000_000;

    private TokenSchemas() {}

    static void addTo(Components components) {
        components
                .addSchemas(
                        "ApiTokenInput",
                        token().required(List.of("name"))
                                .example(Map.of("name", "ci", "permissions", List.of("tools.read", "tools.execute"))))
                .addSchemas(
                        "ApiTokenPatch",
                        token().description("Only what is named is changed; null clears (RFC 7396)")
                                .example(Map.of("enabled", false)));
    }

    static void addExample(Components components) {
        ViewExamples.add(
                components,
                "ApiTokenView",
                Map.of(
                        "id",
                        InputSchemas.ID,
                        "name",
                        "ci",
                        "owner",
                        "ann@example.com",
                        "permissions",
                        List.of("tools.execute", "tools.read"),
                        "enabled",
                        true,
                        "expires_at",
                        "2026-12-31T00:00:00Z"));
    }

    private static Schema<?> token() {
        return new ObjectSchema()
                .addProperty("name", InputSchemas.text(255).example("ci"))
                .addProperty("description", InputSchemas.text(8192))
                .addProperty("server_id", id("the one virtual server that it is for"))
                .addProperty("gateway_id", id("the one gateway that it is for; without server_id"))
                .addProperty(
                        "permissions",
                        texts(200, 255, List.of("tools.execute"))
                                .description("all that it may do, within what its owner may; without it all of that"))
                .addProperty(
                        "ip_cidrs",
                        texts(100, 50, List.of("10.0.0.0/8", "2001:db8::/32"))
                                .description("where it is taken from; without it everywhere"))
                .addProperty("hours", new ArraySchema().items(hours()).maxItems(20))
                .addProperty("quota_per_hour", quota())
                .addProperty("quota_per_day", quota())
                .addProperty(
                        "expires_at", new StringSchema().format("date-time").example("2026-12-31T00:00:00Z"))
                .addProperty(
                        "team_id",
                        InputSchemas.text(255)
                                .description("a team of its owner's, whose owners and administrators see it"))
                .addProperty("enabled", new BooleanSchema()._default(true));
    }

    private static Schema<?> hours() {
        Schema<?> hours = new ObjectSchema()
                .addProperty(
                        "days",
                        new ArraySchema()
                                .items(InputSchemas.choice("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
                                .description("those on which they begin; without it every day"))
                .addProperty("from", InputSchemas.text(5).example("09:00"))
                .addProperty("to", InputSchemas.text(5).example("17:30"))
                .addProperty("zone", InputSchemas.text(60).example("Europe/Berlin"));
        return hours.required(List.of("from", "to", "zone"));
    }

    private static Schema<?> id(String what) {
        return new StringSchema().format("uuid").description(what);
    }

    private static Schema<?> texts(int most, int longest, List<String> example) {
        return new ArraySchema()
                .items(InputSchemas.text(longest))
                .maxItems(most)
                .example(example);
    }

    private static Schema<?> quota() {
        return new IntegerSchema()
                .minimum(BigDecimal.ONE)
                .maximum(BigDecimal.valueOf(LARGEST_QUOTA))
                .description("how many calls it is good for, of all kinds and at all replicas together");
    }
}
