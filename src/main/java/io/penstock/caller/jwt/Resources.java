package io.penstock.caller.jwt;

import java.util.Set;
import java.util.regex.Pattern;

/** The addresses of MCP endpoints, as audiences of tokens that were asked for one of them (RFC 8707). */
final class Resources {

    private static final Pattern ENDPOINT =
            Pattern.compile("(/gateways/[^/]+|/servers/[^/]+)?/(mcp|sse|ws)|/api/(execute|streamable)/[^/]+");

    private final String base;

    /** Takes the gateway's public address; the empty string where it is not known: then no address is an audience. */
    Resources(String baseUrl) {
        this.base = baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl;
    }

    /** Whether the audience holds the address of the endpoint at that path, exactly. */
    boolean holds(Set<String> audience, String path) {
        return !base.isEmpty() && ENDPOINT.matcher(path).matches() && audience.contains(base + path);
    }
}
