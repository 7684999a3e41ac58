package io.penstock.mcp;

import io.penstock.ingress.IngressSettings;

/**
 * The {@code WWW-Authenticate} of an MCP endpoint (RFC 6750, RFC 9728 5.1).
 *
 * @param resource the path that the endpoint's protected resource metadata is about
 */
record Challenge(IngressSettings ingress, String resource) {

    private static final String SCOPES = "tools.read tools.execute resources.read prompts.read";

    /** For a request without a believable credential. */
    String who() {
        return "Bearer resource_metadata=\"" + metadata() + "\", scope=\"" + SCOPES + "\"";
    }

    /** For a caller that lacks a scope. */
    String insufficient(String scope) {
        return "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\", resource_metadata=\"" + metadata() + "\"";
    }

    private String metadata() {
        return ingress.url(Paths.METADATA + resource);
    }
}
