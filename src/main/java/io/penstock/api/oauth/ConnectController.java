package io.penstock.api.oauth;

import io.penstock.api.browser.BrowserCookies;
import io.penstock.api.browser.PageForms;
import io.penstock.api.browser.Pages;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Open;
import io.penstock.api.entrance.Visible;
import io.penstock.api.input.Body;
import io.penstock.api.input.Ids;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.caller.Caller.Source;
import io.penstock.caller.flow.Departure;
import io.penstock.caller.flow.Flows;
import io.penstock.oauth.connect.Connecting;
import io.penstock.oauth.connect.Offer;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Sends users to agree that their calls to an upstream use their account there. */
@RestController
public final class ConnectController {

    static final String ACTION = "connect";
    static final String RESOURCE = "oauth_connection";

    private static final Set<Source> EXPLICIT = Set.of(Source.JWT, Source.API_TOKEN);

    private final Visible visible;
    private final Connecting connecting;
    private final PageForms forms;
    private final BrowserCookies cookies;
    private final Outcomes outcomes;

    ConnectController(
            Visible visible, Connecting connecting, PageForms forms, BrowserCookies cookies, Outcomes outcomes) {
        this.visible = visible;
        this.connecting = connecting;
        this.forms = forms;
        this.cookies = cookies;
        this.outcomes = outcomes;
    }

    /**
     * Where a user agrees.
     *
     * @param expiresIn how long they may take, in seconds
     */
    public record Begun(String authorizationUrl, long expiresIn) {}

    @Operation(
            summary =
                    "Connect one's account at a gateway's upstream: sends the browser to its authorization server, or answers"
                            + " where that is to who accepts application/json")
    @ApiResponse(
            responseCode = "200",
            description =
                    "Where to agree; or, for browsers that show who they are by themselves, a page that asks first")
    @ApiResponse(responseCode = "303", description = "To the authorization server")
    @GetMapping("/oauth/authorize/{id}")
    @Authenticated(action = ACTION, resource = RESOURCE, wholly = true)
    Mono<ResponseEntity<Object>> authorize(
            Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        return offer(caller, id)
                .flatMap(offer -> {
                    boolean ambient = isAmbient(caller, http);
                    if (wantsJson(http)) {
                        return connecting.begin(offer, caller, ambient).map(this::told);
                    }
                    return ambient
                            ? Mono.fromSupplier(() -> asked(offer, caller, request))
                            : connecting.begin(offer, caller, false).map(this::sent);
                })
                .onErrorResume(Refusal.class, refusal -> refused(refusal, request, http));
    }

    @Operation(summary = "Connect one's account, from the page that asks first")
    @ApiResponse(responseCode = "303", description = "To the authorization server")
    @PostMapping(path = "/oauth/authorize/{id}", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    @Authenticated(action = ACTION, resource = RESOURCE, wholly = true)
    Mono<ResponseEntity<Object>> agree(
            Caller caller, Request request, @PathVariable String id, ServerWebExchange exchange) {
        return offer(caller, id)
                .zipWith(new Body(exchange.getRequest()).form())
                .doOnNext(both -> demandShown(both.getT2(), both.getT1(), caller, request))
                .flatMap(both -> connecting.begin(both.getT1(), caller, true))
                .map(this::sent)
                .onErrorResume(Refusal.class, refusal -> refused(refusal, request, exchange.getRequest()));
    }

    @Operation(summary = "What came of connecting an account, as a page")
    @GetMapping(path = "/oauth/connected/{id}", produces = MediaType.TEXT_HTML_VALUE)
    @Open
    ResponseEntity<String> ended(@PathVariable String id, Request request) {
        Outcome outcome = outcomes.of(request);
        return outcome == null || !outcome.gateway().equals(Ids.find(id))
                ? Pages.answer(404, ConnectPages.nothing())
                : Pages.answer(outcome.status(), ConnectPages.ended(outcome));
    }

    private Mono<Offer> offer(Caller caller, String id) {
        if (caller.source() == Source.ANONYMOUS) {
            return Mono.error(BearerToken.refused("An account is somebody's: sign in first"));
        }
        return visible.usable(caller, id).flatMap(connecting::offer);
    }

    /** Who is nobody is sent to sign in, where everybody else is who is. */
    private static Mono<ResponseEntity<Object>> refused(Refusal refusal, Request request, ServerHttpRequest http) {
        return refusal.reason() instanceof Reason.Unauthenticated
                ? Mono.error(refusal)
                : Pages.refused(ConnectPages.failure(request.path()), refusal, request, http);
    }

    private static boolean wantsJson(ServerHttpRequest http) {
        String accepted = http.getHeaders().getFirst(HttpHeaders.ACCEPT);
        return accepted != null && accepted.contains(MediaType.APPLICATION_JSON_VALUE) && !Pages.wanted(http);
    }

    /** Whether the request may be nobody's wish: no page can make a browser go to an address with a token, so it is somebody else who adds it. */
    private static boolean isAmbient(Caller caller, ServerHttpRequest http) {
        return !EXPLICIT.contains(caller.source())
                || "navigate".equals(http.getHeaders().getFirst("Sec-Fetch-Mode"));
    }

    private ResponseEntity<Object> told(Departure departure) {
        return ResponseEntity.ok()
                .header(HttpHeaders.SET_COOKIE, cookies.ofFlow(departure))
                .body(new Begun(departure.to().toString(), Flows.SECONDS));
    }

    private ResponseEntity<Object> sent(Departure departure) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(departure.to())
                .header(HttpHeaders.SET_COOKIE, cookies.ofFlow(departure))
                .build();
    }

    private ResponseEntity<Object> asked(Offer offer, Caller caller, Request request) {
        return forms.shown(
                request,
                200,
                offer.terms(caller.user()),
                ConnectPages.destinations(offer),
                field -> ConnectPages.consent(offer, caller.user(), field));
    }

    private void demandShown(MultiValueMap<String, String> form, Offer offer, Caller caller, Request request) {
        forms.demandShown(
                request,
                form,
                offer.terms(caller.user()),
                "/oauth/authorize/" + offer.gateway().id());
    }
}
