package io.penstock.api.browser;

import io.penstock.access.limit.Networks;
import io.penstock.api.entrance.Open;
import io.penstock.audit.Trail;
import io.penstock.caller.flow.Callback;
import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.Flows;
import io.penstock.caller.flow.Flows.Kind;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Where authorization servers send browsers back to, whatever they were sent there for. */
@RestController
public final class CallbackController {

    private final Map<Kind, Landing> landings;
    private final Flows flows;
    private final FlowCookies names;
    private final BrowserCookies cookies;
    private final Trail trail;
    private final ClientAddresses addresses;

    CallbackController(
            List<Landing> landings,
            Flows flows,
            FlowCookies names,
            BrowserCookies cookies,
            Trail trail,
            ClientAddresses addresses) {
        this.landings = landings.stream().collect(Collectors.toUnmodifiableMap(Landing::kind, Function.identity()));
        this.flows = flows;
        this.names = names;
        this.cookies = cookies;
        this.trail = trail;
        this.addresses = addresses;
    }

    @Operation(
            summary =
                    "End a sign-in, or the connecting of an account: where authorization servers send browsers back to")
    @ApiResponse(responseCode = "303", description = "To where the browser wanted to go, or to what came of it")
    @GetMapping("/oauth/callback")
    @Open
    Mono<ResponseEntity<String>> callback(Request request, ServerHttpRequest http) {
        return ended(null, request, http);
    }

    @Operation(summary = "End a sign-in with the provider of that name")
    @ApiResponse(responseCode = "303", description = "To where the browser wanted to go, with the session's cookie")
    @GetMapping("/oauth/callback/{provider}")
    @Open
    Mono<ResponseEntity<String>> callbackOf(@PathVariable String provider, Request request, ServerHttpRequest http) {
        return ended(provider, request, http);
    }

    private Mono<ResponseEntity<String>> ended(@Nullable String provider, Request request, ServerHttpRequest http) {
        return Mono.fromSupplier(() -> read(provider, http))
                .flatMap(callback -> landing(callback)
                        .flatMap(landing -> landing.land(callback, request).onErrorResume(Refusal.class, refusal -> {
                            trail.note(landing.refused(refusal, request), Networks.of(addresses.of(request)));
                            return shown(landing, refusal, request, http, names.name(callback.state()));
                        })))
                .onErrorResume(Refusal.class, refusal -> shown(landing(Kind.SIGN_IN), refusal, request, http, null));
    }

    /** A state that nobody knows is taken for that of a sign-in, which says so. */
    private Mono<Landing> landing(Callback callback) {
        String state = callback.state();
        return Mono.justOrEmpty(names.name(state))
                .flatMap(_ -> flows.kind(Objects.requireNonNull(state)))
                .defaultIfEmpty(Kind.SIGN_IN)
                .map(this::landing);
    }

    private Landing landing(Kind kind) {
        return Objects.requireNonNull(landings.get(kind));
    }

    /** A parameter that is there twice could be read twice. */
    private static Callback read(@Nullable String provider, ServerHttpRequest http) {
        return new Callback(provider, one(http, "state"), one(http, "code"), one(http, "error"), one(http, "iss"));
    }

    private static @Nullable String one(ServerHttpRequest http, String name) {
        List<String> values = http.getQueryParams().getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw new Refusal(new Reason.Malformed("The parameter " + name + " is there more than once"));
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /** A person is shown a page, a program a problem. */
    private Mono<ResponseEntity<String>> shown(
            Landing landing, Refusal refusal, Request request, ServerHttpRequest http, @Nullable String flow) {
        if (!Pages.wanted(http)) {
            return Mono.error(refusal);
        }
        var page = Pages.refused(landing.failure(), refusal.reason(), request.correlationId());
        return Mono.just(
                flow == null
                        ? page
                        : ResponseEntity.status(page.getStatusCode())
                                .headers(page.getHeaders())
                                .header(HttpHeaders.SET_COOKIE, cookies.without(flow))
                                .body(page.getBody()));
    }
}
