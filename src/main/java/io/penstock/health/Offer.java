package io.penstock.health;

import io.penstock.catalog.Feature.Kind;

/**
 * How MCP lists what a server offers of one kind.
 *
 * @param capability the capability that declares it
 * @param member the list in the result
 * @param key what names one of them
 */
record Offer(Kind kind, String capability, String method, String member, String key) {

    static Offer of(Kind kind) {
        return switch (kind) {
            case TOOL -> new Offer(kind, "tools", "tools/list", "tools", "name");
            case RESOURCE -> new Offer(kind, "resources", "resources/list", "resources", "uri");
            case RESOURCE_TEMPLATE ->
                new Offer(kind, "resources", "resources/templates/list", "resourceTemplates", "uriTemplate");
            case PROMPT -> new Offer(kind, "prompts", "prompts/list", "prompts", "name");
        };
    }

    /** The longest name that is taken; URIs may be longer. */
    int longest() {
        return key.equals("name") ? 256 : 2048;
    }
}
