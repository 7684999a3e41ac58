package io.penstock.api.signin;

import io.penstock.api.browser.BrowserCookies;
import io.penstock.api.browser.Pages;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Open;
import io.penstock.api.gateways.ApiSettings;
import io.penstock.api.input.Parameters;
import io.penstock.caller.Caller;
import io.penstock.caller.Callers;
import io.penstock.caller.flow.ReturnPath;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Signing in, as browsers do it. */
@RestController
public final class SignInController {

    static final String ACTION = "login";
    static final String RESOURCE = "session";

    private final SignInParts parts;
    private final PasswordPages passwords;
    private final BrowserCookies cookies;
    private final ApiSettings settings;
    private final Callers callers;

    SignInController(
            SignInParts parts, PasswordPages passwords, BrowserCookies cookies, ApiSettings settings, Callers callers) {
        this.parts = parts;
        this.passwords = passwords;
        this.cookies = cookies;
        this.settings = settings;
        this.callers = callers;
    }

    @Operation(
            summary =
                    "Begin a sign-in: sends the browser to the identity provider, or, where there is none, shows a form for a password; where nobody signs in here, whom a proxy names goes on")
    @ApiResponse(responseCode = "200", description = "The form")
    @ApiResponse(responseCode = "303", description = "To the identity provider, or to return_to")
    @GetMapping("/oauth/login")
    @Open
    Mono<ResponseEntity<Object>> login(Parameters parameters, Request request, ServerHttpRequest http) {
        return Mono.defer(() -> {
                    String provider = parameters.text("provider");
                    String returnTo = parameters.text("return_to");
                    parameters.close();
                    if (parts.havePasswordsAlone()) {
                        return Mono.just(passwords.signIn(request, returnTo));
                    }
                    return parts.areThere() ? sent(provider, returnTo, request) : known(returnTo, request);
                })
                .onErrorResume(Refusal.class, refusal -> Pages.refused(SignInLanding.FAILURE, refusal, request, http));
    }

    private Mono<ResponseEntity<Object>> sent(@Nullable String provider, @Nullable String returnTo, Request request) {
        return parts.signIn()
                .begin(provider, returnTo, request)
                .map(begun -> ResponseEntity.status(HttpStatus.SEE_OTHER)
                        .location(begun.to())
                        .header(HttpHeaders.SET_COOKIE, cookies.ofFlow(begun))
                        .build());
    }

    /** Who is known without a sign-in here, as whoever comes through an authenticating proxy, goes on to where they wanted. */
    private Mono<ResponseEntity<Object>> known(@Nullable String returnTo, Request request) {
        String place = returnTo != null && ReturnPath.isOne(returnTo) ? returnTo : SignInLanding.HOME;
        return callers.identify(request)
                .onErrorMap(
                        Refusal.class,
                        refusal -> refusal.reason() instanceof Reason.Unauthenticated
                                ? SignInParts.nobodySignsIn()
                                : refusal)
                .map(_ -> ResponseEntity.status(HttpStatus.SEE_OTHER)
                        .location(URI.create(place))
                        .build());
    }

    @Operation(summary = "Who is signed in, as a page")
    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    @Authenticated(action = "read", resource = RESOURCE)
    ResponseEntity<String> home(Caller caller) {
        return Pages.signedIn(caller, settings.consoleEnabled());
    }
}
