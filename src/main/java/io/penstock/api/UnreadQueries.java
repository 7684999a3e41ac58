package io.penstock.api;

import static org.springframework.web.reactive.HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE;

import io.penstock.api.entrance.Rule;
import io.penstock.api.entrance.Triable;
import io.penstock.api.input.Objections;
import io.penstock.api.input.Parameters;
import java.util.Arrays;
import java.util.Set;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses a change whose query nobody would read: who mistypes {@code dry_run} wants nothing changed. Where parameters are read, they are
 * refused there; open routes are for browsers, whom anybody sends with anything.
 */
@Component
@Order(DryRuns.ORDER + 1)
final class UnreadQueries implements WebFilter {

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.defer(() -> {
            if (!SAFE.contains(exchange.getRequest().getMethod())
                    && exchange.getAttribute(BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod handler
                    && !isRead(handler)) {
                refuse(exchange.getRequest().getQueryParams().keySet(), handler);
            }
            return chain.filter(exchange);
        });
    }

    private static boolean isRead(HandlerMethod handler) {
        return Rule.of(handler) instanceof Rule.Anybody
                || Arrays.stream(handler.getMethodParameters())
                        .anyMatch(parameter -> parameter.getParameterType() == Parameters.class);
    }

    private static void refuse(Set<String> names, HandlerMethod handler) {
        var known = handler.hasMethodAnnotation(Triable.class)
                ? "; known: " + Triable.PARAMETER + ", " + DryRuns.LATEST
                : "";
        var objections = new Objections();
        names.forEach(name -> objections.add(name, "is unknown here" + known));
        objections.raise();
    }
}
