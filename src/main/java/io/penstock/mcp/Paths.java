package io.penstock.mcp;

import io.penstock.wire.Arrival.Target;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The paths of the MCP endpoints. */
final class Paths {

    static final String METADATA = "/.well-known/oauth-protected-resource";

    private static final String GATEWAYS = "/gateways/";
    private static final String MCP = "/mcp";
    private static final int UUID_LENGTH = 36;

    private Paths() {}

    /** Whether the path has the form of an MCP endpoint; its id may still be none. */
    static boolean isMcp(String path) {
        return path.startsWith(GATEWAYS)
                && path.endsWith(MCP)
                && path.indexOf('/', GATEWAYS.length()) == path.length() - MCP.length();
    }

    /** The endpoint that the path names; null where its id has not the form of one. */
    static @Nullable Target target(String path) {
        String id = path.substring(GATEWAYS.length(), path.length() - MCP.length());
        if (id.length() != UUID_LENGTH) {
            return null;
        }
        try {
            return new Target.GatewayTarget(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
