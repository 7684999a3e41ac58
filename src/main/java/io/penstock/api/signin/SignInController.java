package io.penstock.api.signin;

import io.penstock.api.browser.BrowserCookies;
import io.penstock.api.browser.Pages;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Open;
import io.penstock.api.input.Parameters;
import io.penstock.caller.Caller;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Signing in with an identity provider, as browsers do it. */
@RestController
public final class SignInController {

    static final String ACTION = "login";
    static final String RESOURCE = "session";

    private final SignInParts parts;
    private final BrowserCookies cookies;

    SignInController(SignInParts parts, BrowserCookies cookies) {
        this.parts = parts;
        this.cookies = cookies;
    }

    @Operation(summary = "Begin a sign-in: sends the browser to the identity provider")
    @ApiResponse(responseCode = "303", description = "To the identity provider")
    @GetMapping("/oauth/login")
    @Open
    Mono<ResponseEntity<String>> login(Parameters parameters, Request request, ServerHttpRequest http) {
        return Mono.defer(() -> {
                    String provider = parameters.text("provider");
                    String returnTo = parameters.text("return_to");
                    parameters.close();
                    return parts.signIn().begin(provider, returnTo, request);
                })
                .map(begun -> ResponseEntity.status(HttpStatus.SEE_OTHER)
                        .location(begun.to())
                        .header(HttpHeaders.SET_COOKIE, cookies.ofFlow(begun))
                        .<String>build())
                .onErrorResume(Refusal.class, refusal -> shown(refusal, request, http));
    }

    private static Mono<ResponseEntity<String>> shown(Refusal refusal, Request request, ServerHttpRequest http) {
        return Pages.wanted(http)
                ? Mono.just(Pages.refused(SignInLanding.FAILURE, refusal.reason(), request.correlationId()))
                : Mono.error(refusal);
    }

    @Operation(summary = "Who is signed in, as a page")
    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    @Authenticated(action = "read", resource = RESOURCE)
    ResponseEntity<String> home(Caller caller) {
        return ResponseEntity.ok().contentType(Pages.HTML).body(Pages.signedIn(caller));
    }
}
