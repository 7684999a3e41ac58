package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.api.entrance.Rule;
import java.util.ArrayList;
import java.util.List;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/**
 * A way into a running gateway.
 *
 * @param path with names in braces
 * @param open whether it is for everybody
 */
record Route(String method, String path, boolean open) {

    /** All that the gateway answers at, those of the data plane among them. */
    static List<Route> all(RequestMappingHandlerMapping rest) {
        var routes = new ArrayList<Route>();
        rest.getHandlerMethods().forEach((info, handler) -> {
            for (var pattern : info.getPatternsCondition().getPatterns()) {
                for (var method : info.getMethodsCondition().getMethods()) {
                    boolean open = Rule.of(handler) instanceof Rule.Anybody;
                    routes.add(new Route(method.name(), pattern.getPatternString(), open));
                }
            }
        });
        routes.removeIf(route -> route.path().startsWith("/openapi-of-the-library"));
        for (String route : McpEndpoints.routes()) {
            String[] parts = route.split(" ", 2);
            routes.add(new Route(parts[0], parts[1], parts[1].startsWith(Paths.METADATA)));
        }
        assertThat(routes).hasSizeGreaterThan(90);
        return routes;
    }

    boolean names(String variable) {
        return path.contains("{" + variable + "}");
    }

    boolean isMcp() {
        return path.endsWith("/mcp")
                || path.endsWith("/sse")
                || path.endsWith("/message")
                || path.endsWith("/ws")
                || path.startsWith("/api/");
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
