package io.penstock.api;

import io.penstock.api.entrance.Problem;
import io.penstock.api.input.Json;
import io.penstock.ingress.Wording;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;

/** Problem details for what the listening server refuses before any route sees it: of the paths that are a route's here. */
@Component
final class EarlyProblems implements Wording, SmartInitializingSingleton {

    private final ObjectProvider<RequestMappingHandlerMapping> routes;
    private volatile List<PathPattern> paths = List.of();

    EarlyProblems(@Qualifier("requestMappingHandlerMapping") ObjectProvider<RequestMappingHandlerMapping> routes) {
        this.routes = routes;
    }

    /** The server is made before its routes are, and listens after this. */
    @Override
    public void afterSingletonsInstantiated() {
        paths = routes.getObject().getHandlerMethods().keySet().stream()
                .flatMap(route -> route.getPatternsCondition().getPatterns().stream())
                .distinct()
                .toList();
    }

    @Override
    public byte @Nullable [] problem(String path, Reason reason, String correlationId) {
        return isOfRoute(path) ? Json.WRITER.writeValueAsBytes(Problem.of(reason, correlationId)) : null;
    }

    private boolean isOfRoute(String path) {
        try {
            var parsed = PathContainer.parsePath(path);
            return paths.stream().anyMatch(pattern -> pattern.matches(parsed));
        } catch (IllegalArgumentException e) { // a percent sign that encodes nothing
            return false;
        }
    }
}
