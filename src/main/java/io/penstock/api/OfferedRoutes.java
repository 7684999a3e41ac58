package io.penstock.api;

import io.penstock.api.gateways.ApiSettings;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/** The routes of the REST edge without those that the settings take away: what is not offered is not there, nor in the documents. */
final class OfferedRoutes extends RequestMappingHandlerMapping {

    private static final String ADMIN = "/admin/";
    private static final String CONSOLE = "/console";

    /** Of those who sign in here with a browser. */
    private static final List<String> SESSIONS = List.of("/admin/sessions", "/auth/sessions", "/oauth/logout");

    private final List<String> withheld;

    /** @param sessions whether there are any */
    OfferedRoutes(ApiSettings settings, boolean sessions) {
        withheld = Stream.of(
                        settings.adminEnabled() ? List.<String>of() : List.of(ADMIN),
                        settings.consoleEnabled() ? List.<String>of() : List.of(CONSOLE),
                        sessions ? List.<String>of() : SESSIONS)
                .flatMap(List::stream)
                .toList();
    }

    @Override
    protected @Nullable RequestMappingInfo getMappingForMethod(Method method, Class<?> handler) {
        var route = super.getMappingForMethod(method, handler);
        return route == null || isOffered(route) ? route : null;
    }

    private boolean isOffered(RequestMappingInfo route) {
        return route.getPatternsCondition().getPatterns().stream()
                .noneMatch(pattern -> withheld.stream().anyMatch(pattern.getPatternString()::startsWith));
    }
}
