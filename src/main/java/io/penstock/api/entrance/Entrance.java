package io.penstock.api.entrance;

import static org.springframework.web.reactive.HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE;

import io.penstock.access.Gate;
import io.penstock.access.limit.Networks;
import io.penstock.access.limit.RateLimits;
import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import io.penstock.caller.Callers;
import io.penstock.caller.Quotas;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.wire.Refusal;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Lets a request reach a route only if the route has a rule and its caller satisfies it. Denies everything else. */
@Component
@Order(Entrance.ORDER)
public final class Entrance implements WebFilter {

    /** After the response headers and the answers to other origins, before everything that reads a body. */
    public static final int ORDER = 0;

    private static final String NARROWED =
            "This is its user's own business, and the token is for some of what its user may do: come with"
                    + " one that has neither permissions nor a server of its own, or signed in";

    private final ApplicationContext context;
    private final RequestMappingHandlerMapping routes;
    private final Callers callers;
    private final Quotas quotas;
    private final Gate gate;
    private final RateLimits limits;
    private final Trail trail;
    private final RouteRecords records;
    private final ClientAddresses addresses;

    Entrance(
            ApplicationContext context,
            @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping routes,
            Callers callers,
            Quotas quotas,
            Gate gate,
            RateLimits limits,
            Trail trail,
            RouteRecords records,
            ClientAddresses addresses) {
        this.context = context;
        this.routes = routes;
        this.callers = callers;
        this.quotas = quotas;
        this.gate = gate;
        this.limits = limits;
        this.trail = trail;
        this.records = records;
        this.addresses = addresses;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!context.equals(exchange.getApplicationContext())) {
            return chain.filter(exchange); // the management port, which has its own address and its own rules
        }
        return routes.getHandler(exchange)
                .map(Entrance::route)
                .onErrorResume(ResponseStatusException.class, e -> Mono.just(new Route.Mismatched(e)))
                .defaultIfEmpty(new Route.Unknown())
                .flatMap(route -> enter(route, exchange, chain));
    }

    private Mono<Void> enter(Route route, ServerWebExchange exchange, WebFilterChain chain) {
        var rule = route.rule();
        if (rule instanceof Rule.Anybody(boolean limited)) {
            return anybody(limited, exchange, chain);
        }
        return callers.identify(Heads.of(exchange))
                .doOnError(Refusal.class, refusal -> note(rule, null, exchange, refusal))
                .flatMap(caller -> quotas.spend(caller)
                        .then(Mono.defer(() -> admit(route, caller, exchange, chain)))
                        .doOnError(Refusal.class, refusal -> note(rule, caller, exchange, refusal))
                        .transform(records.of(rule, caller, exchange)));
    }

    private Mono<Void> anybody(boolean limited, ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.defer(() -> {
            if (limited) {
                limits.count(Heads.of(exchange));
            }
            return chain.filter(exchange);
        });
    }

    /** Counted before it is known whether they may: else nothing would limit how often one is refused. */
    private Mono<Void> admit(Route route, Caller caller, ServerWebExchange exchange, WebFilterChain chain) {
        Heads.tell(exchange, limits.count(caller, Heads.of(exchange)));
        var entered = exchange.mutate()
                .principal(Mono.<java.security.Principal>just(caller))
                .build();
        return switch (route) {
            case Route.Unknown() -> Mono.error(nothingHere());
            case Route.Mismatched(var cause) -> Mono.error(cause);
            case Route.Found(Rule.Holder holder) ->
                gate.require(caller, holder.permission()).then(Mono.defer(() -> chain.filter(entered)));
            case Route.Found(Rule.Somebody somebody) ->
                somebody.wholly() && caller.isNarrowed()
                        ? Mono.error(new Refusal(new Refusal.Reason.Barred(NARROWED)))
                        : chain.filter(entered);
            case Route.Found(Rule.Anybody anybody) -> chain.filter(entered);
        };
    }

    private void note(@Nullable Rule rule, @Nullable Caller caller, ServerWebExchange exchange, Refusal refusal) {
        if (refusal.reason() instanceof Refusal.Reason.TooMany) {
            return; // it would be written down as fast as it comes; the figures count it
        }
        Deeds.refused(rule, caller, exchange, refusal).ifPresent(entry -> {
            if (caller == null || caller.source() == Caller.Source.ANONYMOUS) {
                trail.note(entry, Networks.of(addresses.of(Heads.of(exchange))));
            } else {
                trail.note(entry);
            }
        });
    }

    private static Refusal nothingHere() {
        return new Refusal(new Refusal.Reason.NotFound("There is nothing at this path"));
    }

    private static Route route(Object handler) {
        var rule = handler instanceof HandlerMethod method ? Rule.of(method) : null;
        return rule == null ? new Route.Unknown() : new Route.Found(rule);
    }

    /** The rule of the route that an exchange was matched with; null where there is none. */
    public static @Nullable Rule rule(ServerWebExchange exchange) {
        return exchange.getAttribute(BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod method
                ? Rule.of(method)
                : null;
    }

    /** What a request's head leads to. */
    private sealed interface Route {

        default @Nullable Rule rule() {
            return this instanceof Found(var rule) ? rule : null;
        }

        /** A handler with a rule. */
        record Found(Rule rule) implements Route {}

        /** A path of ours, but not with this method or media type. */
        record Mismatched(Throwable cause) implements Route {}

        /** No path of ours, or a handler without a rule. */
        record Unknown() implements Route {}
    }
}
