package io.penstock.api;

import io.penstock.api.browser.Pages;
import io.penstock.api.entrance.Entrance;
import io.penstock.api.entrance.Heads;
import io.penstock.api.entrance.Problem;
import io.penstock.api.entrance.Rule;
import io.penstock.api.input.Body;
import io.penstock.api.input.Json;
import io.penstock.caller.Welcome;
import io.penstock.ingress.IngressSettings;
import io.penstock.store.Outage;
import io.penstock.wire.Limit;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import org.springframework.web.server.handler.ExceptionHandlingWebHandler;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import tools.jackson.databind.json.JsonMapper;

/** Answers every error of the REST edge, programs with problem details and people with a page, and tells nothing of those that are bugs. */
@Component
@Order(-2)
final class Problems implements ErrorWebExceptionHandler {

    private static final Duration DATABASE_AWAY = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    /** RFC 9728, 3. */
    private static final String METADATA = "/.well-known/oauth-protected-resource";

    private final JsonMapper json = Json.WRITER;
    private final IngressSettings ingress;
    private final Welcome welcome;

    Problems(IngressSettings ingress, ObjectProvider<Welcome> welcome) {
        this.ingress = ingress;
        this.welcome = welcome.getIfAvailable(() -> Welcome.NOWHERE);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
        if (exchange.getResponse().isCommitted()) {
            return Mono.error(thrown);
        }
        var error = told(thrown);
        // traces show what is there
        exchange.getAttributes().put(ExceptionHandlingWebHandler.HANDLED_WEB_EXCEPTION, bare(error));
        var correlationId = Heads.of(exchange).correlationId();
        if (error instanceof Refusal refusal) {
            return refuse(exchange, refusal.reason(), correlationId);
        }
        if (error instanceof AbortedException || AbortedException.isConnectionReset(error)) {
            return Mono.empty(); // nobody is there to be answered
        }
        LOG.error("Request {} failed", correlationId, bare(error));
        return write(exchange, Problem.bug(correlationId));
    }

    /** WebFlux refuses some requests itself, and what needs the database waits until it is back. */
    private static Throwable told(Throwable thrown) {
        if (!(thrown instanceof Refusal) && Outage.is(thrown)) {
            LOG.warn("The database is away: {}", thrown.toString());
            return new Refusal(new Reason.Unavailable("The database cannot be reached now: try again", DATABASE_AWAY));
        }
        return thrown instanceof ResponseStatusException known
                        && known.getStatusCode().is4xxClientError()
                ? new Refusal(reason(known))
                : thrown;
    }

    /** Without what Spring adds about the path of the request, which quotes its query, and so whatever secrets are in it. */
    private static Throwable bare(Throwable error) {
        if (error.getSuppressed().length == 0) {
            return error;
        }
        var cause = error.getCause();
        var copy = new Throwable(error.toString(), cause == null ? null : bare(cause));
        copy.setStackTrace(error.getStackTrace());
        return copy;
    }

    private Mono<Void> refuse(ServerWebExchange exchange, Reason reason, String correlationId) {
        var elsewhere = reason instanceof Reason.Unauthenticated ? welcome.of(Heads.of(exchange)) : null;
        if (elsewhere != null) {
            exchange.getResponse().setStatusCode(HttpStatus.SEE_OTHER);
            exchange.getResponse().getHeaders().setLocation(URI.create(elsewhere));
            return exchange.getResponse().setComplete();
        }
        var headers = exchange.getResponse().getHeaders();
        switch (reason) {
            case Reason.Unauthenticated _ -> headers.set(HttpHeaders.WWW_AUTHENTICATE, challenge(exchange));
            case Reason.Forbidden forbidden ->
                headers.set(HttpHeaders.WWW_AUTHENTICATE, insufficient(forbidden.scope()));
            case Reason.MethodNotAllowed(var allow) -> headers.set(HttpHeaders.ALLOW, allow);
            case Reason.TooMany many -> {
                headers.set(HttpHeaders.RETRY_AFTER, seconds(many.retryAfter()));
                Heads.tell(exchange, many.limit());
            }
            case Reason.Unavailable unavailable ->
                headers.set(HttpHeaders.RETRY_AFTER, seconds(unavailable.retryAfter()));
            default -> {}
        }
        return write(exchange, Problem.of(reason, correlationId));
    }

    private Mono<Void> write(ServerWebExchange exchange, Problem problem) {
        var answer = Pages.wanted(exchange.getRequest()) ? page(problem) : json(problem);
        var response = exchange.getResponse();
        response.setStatusCode(answer.getStatusCode());
        response.getHeaders().putAll(answer.getHeaders());
        return response.writeWith(Mono.justOrEmpty(answer.getBody()).map(response.bufferFactory()::wrap));
    }

    private static ResponseEntity<byte[]> page(Problem problem) {
        var page = Pages.of(problem);
        return ResponseEntity.status(page.getStatusCode())
                .headers(page.getHeaders())
                .body(String.valueOf(page.getBody()).getBytes(StandardCharsets.UTF_8));
    }

    private ResponseEntity<byte[]> json(Problem problem) {
        return ResponseEntity.status(problem.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(json.writeValueAsBytes(problem));
    }

    private String challenge(ServerWebExchange exchange) {
        var metadata = "Bearer resource_metadata=\"" + ingress.url(METADATA) + "\"";
        return Entrance.rule(exchange) instanceof Rule.Holder holder
                ? metadata + ", scope=\"" + holder.permission().scope() + "\""
                : metadata;
    }

    private String insufficient(String scope) {
        return "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\", resource_metadata=\""
                + ingress.url(METADATA) + "\"";
    }

    private static String seconds(java.time.Duration wait) {
        return Long.toString(Limit.seconds(wait));
    }

    /** WebFlux's own refusals in our words: its messages name classes. */
    private static Reason reason(ResponseStatusException known) {
        return switch (known) {
            case MethodNotAllowedException method -> new Reason.MethodNotAllowed(allowed(method));
            case UnsupportedMediaTypeStatusException media ->
                new Reason.WrongMediaType(415, "Send " + types(media.getSupportedMediaTypes()) + " as Content-Type");
            case NotAcceptableStatusException media ->
                new Reason.WrongMediaType(406, "This answers " + types(media.getSupportedMediaTypes()));
            case ServerWebInputException _ -> new Reason.Malformed("The request has a missing or unreadable part");
            default -> reason(known.getStatusCode().value());
        };
    }

    private static Reason reason(int status) {
        return switch (status) {
            case 404 -> new Reason.NotFound("There is nothing at this path");
            case 413 -> new Reason.TooLarge(Body.LIMIT);
            default -> new Reason.Malformed("The request was not understood");
        };
    }

    private static String allowed(MethodNotAllowedException method) {
        return String.join(
                ", ",
                method.getSupportedMethods().stream()
                        .map(org.springframework.http.HttpMethod::name)
                        .sorted()
                        .toList());
    }

    private static String types(java.util.List<MediaType> types) {
        return types.isEmpty() ? MediaType.APPLICATION_JSON_VALUE : MediaType.toString(types);
    }
}
