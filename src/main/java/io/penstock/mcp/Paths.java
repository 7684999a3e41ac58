package io.penstock.mcp;

import io.penstock.mcp.Endpoint.Way;
import io.penstock.wire.Arrival.Target;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/** The paths of the MCP endpoints. */
final class Paths {

    static final String METADATA = "/.well-known/oauth-protected-resource";
    static final String MESSAGE = "/message";

    private static final String GATEWAYS = "/gateways/";
    private static final String SERVERS = "/servers/";
    private static final String EXECUTE = "/api/execute/";
    private static final String STREAMABLE = "/api/streamable/";

    /** How messages come in and go out, by the last part of the path. */
    static final Map<String, Way> WAYS =
            Map.of("/mcp", Way.STREAMABLE, "/sse", Way.LINE, MESSAGE, Way.MESSAGE, "/ws", Way.SOCKET);

    private static final Endpoint NOWHERE = new Endpoint.Nowhere();
    private static final Endpoint ELSEWHERE = new Endpoint.Elsewhere();
    private static final int UUID_LENGTH = 36;

    private Paths() {}

    /** Reads a path, which has no query. */
    static Endpoint read(String path) {
        if (path.startsWith(EXECUTE)) {
            return execute(path);
        }
        if (path.startsWith(STREAMABLE)) {
            return named(Way.STREAMABLE, STREAMABLE, path);
        }
        int last = Math.max(0, path.lastIndexOf('/'));
        Way way = WAYS.get(path.substring(last));
        if (way == null) {
            return ELSEWHERE;
        }
        String base = path.substring(0, last);
        return at(way, base, way == Way.MESSAGE ? base + "/sse" : path);
    }

    private static Endpoint execute(String path) {
        int end = path.length() - MESSAGE.length();
        boolean message = path.endsWith(MESSAGE) && path.indexOf('/', EXECUTE.length()) == end;
        return message ? named(Way.MESSAGE, EXECUTE, path.substring(0, end)) : named(Way.EXECUTE, EXECUTE, path);
    }

    private static Endpoint at(Way way, String base, String resource) {
        if (base.isEmpty()) {
            return new Endpoint.At(way, new Target.AllTarget(), resource);
        }
        String kind = base.startsWith(GATEWAYS) ? GATEWAYS : SERVERS;
        if (!base.startsWith(kind) || base.indexOf('/', kind.length()) >= 0) {
            return ELSEWHERE;
        }
        UUID id = uuid(base.substring(kind.length()));
        if (id == null) {
            return NOWHERE;
        }
        Target target = kind.equals(GATEWAYS) ? new Target.GatewayTarget(id) : new Target.ServerTarget(id);
        return new Endpoint.At(way, target, resource);
    }

    private static Endpoint named(Way way, String prefix, String path) {
        String name = path.substring(prefix.length());
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            return NOWHERE;
        }
        try {
            return new Endpoint.At(way, new Target.NamedTarget(UriUtils.decode(name, StandardCharsets.UTF_8)), path);
        } catch (IllegalArgumentException e) {
            return NOWHERE;
        }
    }

    private static @Nullable UUID uuid(String text) {
        try {
            return text.length() == UUID_LENGTH ? UUID.fromString(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
