package io.penstock.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/** The routes that the data plane takes, for tests of other packages. */
public final class McpEndpoints {

    private McpEndpoints() {}

    /** Each as its method and its path with {@code {id}} or {@code {name}} in it. */
    public static List<String> routes() {
        var routes = new TreeSet<String>();
        routes.add("GET " + Paths.METADATA);
        for (String path : paths()) {
            if (Paths.read(filled(path)) instanceof Endpoint.At at) {
                methods(at.way()).forEach(method -> routes.add(method + " " + path));
                if (at.resource().equals(filled(path))) {
                    routes.add("GET " + Paths.METADATA + path);
                }
            }
        }
        return List.copyOf(routes);
    }

    private static List<String> paths() {
        var paths = new ArrayList<String>();
        for (String base :
                List.of("", "/gateways/{id}", "/servers/{id}", "/api/execute/{name}", "/api/streamable/{name}")) {
            paths.add(base);
            Paths.WAYS.keySet().forEach(way -> paths.add(base + way));
        }
        return paths;
    }

    private static String filled(String path) {
        return path.replace("{id}", new UUID(0, 1).toString()).replace("{name}", "name");
    }

    private static List<String> methods(Endpoint.Way way) {
        return switch (way) {
            case STREAMABLE, EXECUTE -> List.of("POST", "GET", "DELETE");
            case LINE, SOCKET -> List.of("GET");
            case MESSAGE -> List.of("POST");
        };
    }
}
