package io.penstock.catalog;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that an upstream offers: a tool, a resource, a resource template or a prompt.
 *
 * @param name the public name: the gateway's slug, {@code -}, and the original one; a resource's is its URI
 * @param originalName the upstream's name; the URI of a resource, the URI template of a template
 * @param definition the definition as the upstream gave it, a JSON object
 * @param hash SHA-256 of the definition in canonical form, in hex
 * @param approved false once the definition changed and nobody has approved the change
 * @param gateway the gateway it comes from, whose visibility it inherits
 */
public record Feature(
        UUID id,
        Kind kind,
        String name,
        String originalName,
        String definition,
        String hash,
        boolean enabled,
        boolean approved,
        List<String> tags,
        Gateway gateway,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /** The four kinds of things that MCP servers offer. */
    public enum Kind {
        TOOL,
        RESOURCE,
        RESOURCE_TEMPLATE,
        PROMPT;

        /** The kind that an MCP method lists; null where it lists none. */
        public static @Nullable Kind listedBy(@Nullable String method) {
            return switch (method) {
                case "tools/list" -> TOOL;
                case "resources/list" -> RESOURCE;
                case "resources/templates/list" -> RESOURCE_TEMPLATE;
                case "prompts/list" -> PROMPT;
                case null, default -> null;
            };
        }
    }
}
