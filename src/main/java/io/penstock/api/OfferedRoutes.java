package io.penstock.api;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/** The routes of the REST edge, with those for operators or without them: what is not offered is not there, nor in the documents. */
final class OfferedRoutes extends RequestMappingHandlerMapping {

    private static final String ADMIN = "/admin/";

    private final boolean admin;

    OfferedRoutes(boolean admin) {
        this.admin = admin;
    }

    @Override
    protected @Nullable RequestMappingInfo getMappingForMethod(Method method, Class<?> handler) {
        var route = super.getMappingForMethod(method, handler);
        return route == null || admin || !isForOperators(route) ? route : null;
    }

    private static boolean isForOperators(RequestMappingInfo route) {
        return route.getPatternsCondition().getPatterns().stream()
                .anyMatch(pattern -> pattern.getPatternString().startsWith(ADMIN));
    }
}
