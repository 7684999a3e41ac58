package io.penstock.api.entrance;

import static org.springframework.web.reactive.HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE;
import static org.springframework.web.reactive.HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.audit.Trail.Outcome;
import io.penstock.audit.call.CallBook;
import io.penstock.audit.call.CallKey;
import io.penstock.caller.Caller;
import io.penstock.caller.Claims;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.wire.Refusal;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import reactor.core.publisher.Mono;

/** Puts each call of an identified caller to a route on record. */
@Component
final class RouteRecords {

    private final CallBook book;
    private final ClientAddresses addresses;

    RouteRecords(CallBook book, ClientAddresses addresses) {
        this.book = book;
        this.addresses = addresses;
    }

    /** Records the call when it has ended. */
    UnaryOperator<Mono<Void>> of(@Nullable Rule rule, Caller caller, ServerWebExchange exchange) {
        long started = System.nanoTime();
        return entered -> entered.doOnSuccess(_ -> {
                    HttpStatusCode status = exchange.getResponse().getStatusCode();
                    int code = status == null ? 200 : status.value();
                    note(rule, caller, exchange, System.nanoTime() - started, outcome(code), reason(exchange));
                })
                .doOnError(Refusal.class, refusal -> {
                    String detail = refusal.reason().detail();
                    note(
                            rule,
                            caller,
                            exchange,
                            System.nanoTime() - started,
                            outcome(Problem.status(refusal.reason())),
                            detail == null ? "" : detail);
                });
    }

    private static String reason(ServerWebExchange exchange) {
        return exchange.getRequest().getQueryParams().containsKey(Triable.PARAMETER)
                ? "A dry run: nothing was changed"
                : "";
    }

    private static Outcome outcome(int status) {
        return status < 400 ? Outcome.SUCCESS : status < 500 ? Outcome.REFUSED : Outcome.FAILED;
    }

    private void note(
            @Nullable Rule rule,
            Caller caller,
            ServerWebExchange exchange,
            long nanos,
            Outcome outcome,
            String reason) {
        var request = Heads.of(exchange);
        String agent = request.header(HttpHeaderNames.USER_AGENT);
        var pattern = exchange.<PathPattern>getAttribute(BEST_MATCHING_PATTERN_ATTRIBUTE);
        Map<String, String> variables = exchange.getAttributeOrDefault(URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of());
        var key = new CallKey(
                book.hour(),
                caller.user(),
                caller.source().text(),
                caller.digest(),
                addresses.of(request),
                agent == null ? "" : agent,
                CallKey.REST,
                pattern == null ? "" : pattern.getPatternString(),
                request.method(),
                variables.getOrDefault("id", ""),
                outcome,
                reason);
        book.note(key, nanos, () -> Claims.of(caller).text(), () -> Mono.just(text(rule)));
    }

    private static String text(@Nullable Rule rule) {
        return switch (rule) {
            case Rule.Holder holder -> "The route needs " + holder.permission().scope();
            case Rule.Somebody _ -> "The route is for everybody who is identified";
            case Rule.Anybody _ -> "The route is open";
            case null -> "There is no such route";
        };
    }
}
