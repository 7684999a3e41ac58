package io.penstock.api.documents;

import io.penstock.api.gateways.AuthForm;
import io.penstock.api.gateways.CredentialController;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Schemas of what is read by hand: bodies and parameters. */
final class InputSchemas {

    static final String ID = "3f6c1a52-8f0e-4c57-9a37-0b8d0a3c9e11";

    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry(
                    "limit",
                    "How many rows a page has at most; 100 where it is not said. Large ones may be fewer: whether more follow is said by Link"),
            Map.entry("cursor", "Where the page begins: taken from the Link header of the page before"),
            Map.entry("name", "Only the gateway or server of that name"),
            Map.entry("gateway_id", "Only what that gateway offers"),
            Map.entry("federation_source", "Only what the gateway of that name offers"),
            Map.entry("team_id", "Only what belongs to that team"),
            Map.entry("visibility", "Only what has that visibility"),
            Map.entry("tag", "Only what bears that tag"),
            Map.entry("q", "Only what has this in its name or description"),
            Map.entry("enabled", "Only what is switched on, or off"),
            Map.entry("healthy", "Only those that answered their last check well, or did not"),
            Map.entry("id", "Only what has one of these ids; each is given by itself"),
            Map.entry("activate", "Whether to switch it on or off"),
            Map.entry("owner", "Only what is that user's"),
            Map.entry("user_email", "Only what that user did"),
            Map.entry("action", "Only that action: create, update, delete, enable, disable, refresh ..."),
            Map.entry("resource_type", "Only what was done to that kind of thing"),
            Map.entry("resource_id", "Only what was done to that thing"),
            Map.entry("outcome", "Only what ended so"),
            Map.entry("dry_run", "Makes no change, and tells which recorded calls would be decided otherwise with it"),
            Map.entry(
                    "dry_run_records", "Of how many of the latest records a dry run tells; 1000 where it is not said"),
            Map.entry("user", "Only what is that user's"),
            Map.entry("status", "Only what is so"),
            Map.entry("provider", "The provider to sign in with: cognito, okta or generic, as the settings name it"),
            Map.entry("return_to", "The path here to go to after the sign-in"),
            Map.entry("since", "Only what happened at that time or later"));

    private InputSchemas() {}

    static String meaning(String parameter) {
        return MEANINGS.getOrDefault(parameter, "");
    }

    static Schema<?> parameter(String name) {
        return switch (name) {
            case "limit" -> number(1, 1000);
            case "id" ->
                new ArraySchema()
                        .items(new StringSchema().format("uuid").example(ID))
                        .maxItems(50);
            case "gateway_id" -> new StringSchema().format("uuid").example(ID);
            case "visibility" -> choice("public", "team", "private");
            case "status" -> choice("valid", "expiring", "expired", "needs_reauth");
            case "outcome" -> choice("success", "refused", "failed");
            case "dry_run_records" -> number(1, 10_000);
            case "enabled", "healthy", "activate", "dry_run" -> new BooleanSchema().example(true);
            case "since" -> new StringSchema().format("date-time").example("2026-01-31T12:00:00Z");
            case "if_match" -> new StringSchema().example("\"3\"");
            default -> new StringSchema().maxLength(255);
        };
    }

    static Schema<?> gateway() {
        return gatewayFields()
                .required(List.of("name", "url"))
                .example(Map.of(
                        "name",
                        "github",
                        "url",
                        "https://mcp.example.com/mcp",
                        "auth_type",
                        "bearer",
                        "auth_token",
                        "the-upstreams-token"));
    }

    static Schema<?> gatewayPatch() {
        return gatewayFields()
                .description("Only what is named is changed; null clears (RFC 7396)")
                .example(Map.of("description", "Issues and pull requests"));
    }

    static Schema<?> credential() {
        var fields = gatewayFields();
        fields.getProperties().keySet().retainAll(CredentialController.KNOWN);
        return fields.description("auth_type with the fields of that type, a certificate, or both")
                .example(Map.of("auth_type", "bearer", "auth_token", "the-upstreams-new-token"));
    }

    private static Schema<?> gatewayFields() {
        return new ObjectSchema()
                .addProperty("name", text(255).example("github"))
                .addProperty("url", text(2048).format("uri").example("https://mcp.example.com/mcp"))
                .addProperty("description", text(8192))
                .addProperty(
                        "transport", choice("AUTO", "SSE", "STREAMABLEHTTP")._default("AUTO"))
                .addProperty("auth_type", choice(AuthForm.FIELDS.keySet().toArray(String[]::new)))
                .addProperty("auth_token", secret("bearer"))
                .addProperty("auth_username", text(255).description("for auth_type basic"))
                .addProperty("auth_password", secret("basic"))
                .addProperty("auth_headers", headers())
                .addProperty(
                        "auth_header_key", text(255).description("for auth_type headers: one header without a list"))
                .addProperty("auth_header_value", secret("headers"))
                .addProperty("auth_query_param_key", text(255).description("for auth_type query_param"))
                .addProperty("auth_query_param_value", secret("query_param"))
                .addProperty("oauth_config", OAuthSchemas.config())
                .addProperty("visibility", choice("public", "team", "private")._default("public"))
                .addProperty("team_id", text(255).description("needed for visibility team, and only then"))
                .addProperty("tags", new ArraySchema().items(text(100)).maxItems(50))
                .addProperty(
                        "passthrough_headers",
                        new ArraySchema().items(text(255)).maxItems(50))
                .addProperty("health_check_interval_seconds", number(5, 86_400))
                .addProperty(
                        "drift_policy",
                        choice("warn", "hold")
                                ._default("warn")
                                .description("hold: what changes is neither shown nor called until it is approved"))
                .addProperty(
                        "ca_certificate",
                        text(512 * 1024)
                                .description("PEM: whose TLS certificates are believed, in place of the platform's"))
                .addProperty(
                        "client_cert",
                        text(64 * 1024)
                                .description("PEM: the TLS certificate that the upstream is shown, its chain after it"))
                .addProperty(
                        "client_key",
                        text(64 * 1024)
                                .format("password")
                                .description("PEM (PKCS #8, without a passphrase): its key; reads as *****"))
                .addProperty(
                        "certificate_pins",
                        new ArraySchema()
                                .items(text(64))
                                .maxItems(10)
                                .description(
                                        "which keys the upstream's own certificate may have: sha256/ and the Base64 of"
                                                + " the SHA-256 of its SubjectPublicKeyInfo"))
                .addProperty(
                        "repeat_idempotent_calls",
                        new BooleanSchema()
                                ._default(false)
                                .description(
                                        "whether a call that the upstream broke off before its result is sent again, once,"
                                                + " where the tool is annotated with idempotentHint or readOnlyHint"));
    }

    private static Schema<?> headers() {
        var header = new ObjectSchema().addProperty("key", text(255)).addProperty("value", secret("headers"));
        return new ArraySchema().items(header).description("for auth_type headers");
    }

    static Schema<?> featurePatch() {
        return new ObjectSchema()
                .addProperty("enabled", new BooleanSchema())
                .addProperty("tags", new ArraySchema().items(text(100)).maxItems(50))
                .example(Map.of("enabled", true, "tags", List.of("reviewed")));
    }

    static Schema<?> problem() {
        var error =
                new ObjectSchema().addProperty("field", new StringSchema()).addProperty("message", new StringSchema());
        return new ObjectSchema()
                .addProperty("type", new StringSchema())
                .addProperty("title", new StringSchema())
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema())
                .addProperty("correlation_id", new StringSchema())
                .addProperty("errors", new ArraySchema().items(error))
                .addProperty(
                        "authorize_url",
                        new StringSchema()
                                .description(
                                        "Where the caller connects an account at the upstream, where that is missing"))
                .addProperty(
                        "limit",
                        new StringSchema().description("The limit that the request is beyond, where it is beyond one"))
                .example(Map.of(
                        "type", "urn:penstock:problem:invalid",
                        "title", "Unprocessable Content",
                        "status", 422,
                        "detail", "url: must begin with http:// or https://",
                        "correlation_id", "5f1c09c2a7e14b3d",
                        "errors", List.of(Map.of("field", "url", "message", "must begin with http:// or https://"))));
    }

    private static Schema<?> number(int least, int most) {
        return new IntegerSchema().minimum(BigDecimal.valueOf(least)).maximum(BigDecimal.valueOf(most));
    }

    static Schema<?> text(int longest) {
        return new StringSchema().maxLength(longest);
    }

    static Schema<?> secret(String type) {
        return new StringSchema()
                .maxLength(8192)
                .format("password")
                .description(
                        "for auth_type " + type + "; reads as *****, and sending that back keeps the stored value");
    }

    static StringSchema choice(String... values) {
        var schema = new StringSchema();
        schema.setEnum(List.of(values));
        return schema;
    }
}
