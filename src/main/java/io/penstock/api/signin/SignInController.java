package io.penstock.api.signin;

import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Open;
import io.penstock.api.entrance.Problem;
import io.penstock.api.input.Parameters;
import io.penstock.audit.Trail;
import io.penstock.audit.Trail.Entry;
import io.penstock.audit.Trail.Outcome;
import io.penstock.caller.Caller;
import io.penstock.caller.session.Sessions;
import io.penstock.caller.session.Sessions.Begun;
import io.penstock.caller.signin.SignIn;
import io.penstock.caller.signin.SignIn.Proven;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Signing in with an identity provider, as browsers do it. */
@RestController
public final class SignInController {

    private static final String ACTION = "login";
    private static final String RESOURCE = "session";
    private static final String HOME = "/";

    private final SignInParts parts;
    private final Transactions transactions;
    private final Trail trail;

    SignInController(SignInParts parts, Transactions transactions, Trail trail) {
        this.parts = parts;
        this.transactions = transactions;
        this.trail = trail;
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
                        .location(begun.authorize())
                        .header(HttpHeaders.SET_COOKIE, parts.cookies().ofFlow(begun))
                        .<String>build())
                .onErrorResume(Refusal.class, refusal -> shown(refusal, request, http, null));
    }

    @Operation(summary = "End a sign-in: where the identity provider sends the browser back to")
    @ApiResponse(responseCode = "303", description = "To where the browser wanted to go, with the session's cookie")
    @GetMapping("/oauth/callback")
    @Open
    Mono<ResponseEntity<String>> callback(Request request, ServerHttpRequest http) {
        return callback(null, request, http);
    }

    @Operation(summary = "End a sign-in with the provider of that name")
    @ApiResponse(responseCode = "303", description = "To where the browser wanted to go, with the session's cookie")
    @GetMapping("/oauth/callback/{provider}")
    @Open
    Mono<ResponseEntity<String>> callbackOf(@PathVariable String provider, Request request, ServerHttpRequest http) {
        return callback(provider, request, http);
    }

    private Mono<ResponseEntity<String>> callback(@Nullable String provider, Request request, ServerHttpRequest http) {
        return Mono.fromSupplier(() -> read(provider, http))
                .flatMap(callback -> finished(callback, request).onErrorResume(Refusal.class, refusal -> {
                    trail.note(refused(refusal, request));
                    return shown(refusal, request, http, parts.signIn().cookie(callback));
                }))
                .onErrorResume(Refusal.class, refusal -> shown(refusal, request, http, null));
    }

    private Mono<ResponseEntity<String>> finished(SignIn.Callback callback, Request request) {
        return parts.signIn()
                .finish(callback, request)
                .flatMap(proven -> begun(proven, request)
                        .map(begun -> ResponseEntity.status(HttpStatus.SEE_OTHER)
                                .location(URI.create(Objects.requireNonNullElse(proven.returnTo(), HOME)))
                                .header(
                                        HttpHeaders.SET_COOKIE,
                                        parts.cookies().ofSession(begun),
                                        parts.cookies()
                                                .withoutFlow(Objects.requireNonNull(
                                                        parts.signIn().cookie(callback))))
                                .<String>build()));
    }

    private Mono<Begun> begun(Proven proven, Request request) {
        var draft = new Sessions.Draft(
                proven.user(),
                proven.groups(),
                proven.issuer(),
                proven.origin().address(),
                proven.origin().agent());
        return transactions.run(parts.sessions()
                .begin(draft)
                .flatMap(begun -> trail.record(done(begun, proven, request)).thenReturn(begun)));
    }

    /** A parameter that is there twice could be read twice. */
    private static SignIn.Callback read(@Nullable String provider, ServerHttpRequest http) {
        return new SignIn.Callback(
                provider, one(http, "state"), one(http, "code"), one(http, "error"), one(http, "iss"));
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
            Refusal refusal, Request request, ServerHttpRequest http, @Nullable String flow) {
        if (!Pages.wanted(http)) {
            return Mono.error(refusal);
        }
        var page = Pages.refused(refusal.reason(), request.correlationId());
        return Mono.just(
                flow == null
                        ? page
                        : ResponseEntity.status(page.getStatusCode())
                                .contentType(Pages.HTML)
                                .header(HttpHeaders.SET_COOKIE, parts.cookies().withoutFlow(flow))
                                .body(page.getBody()));
    }

    private static Entry done(Begun begun, Proven proven, Request request) {
        return new Entry(
                begun.session().user(),
                Caller.Source.SESSION.text(),
                ACTION,
                RESOURCE,
                begun.session().id().toString(),
                Outcome.SUCCESS,
                proven.origin().text(),
                request.correlationId());
    }

    private Entry refused(Refusal refusal, Request request) {
        boolean failed = Problem.status(refusal.reason()) >= 500;
        return new Entry(
                Entry.UNKNOWN,
                Caller.Source.SESSION.text(),
                ACTION,
                RESOURCE,
                null,
                failed ? Outcome.FAILED : Outcome.REFUSED,
                refusal.reason().detail() + "; "
                        + parts.signIn().origin(request).text(),
                request.correlationId());
    }

    @Operation(summary = "Who is signed in, as a page")
    @GetMapping(path = HOME, produces = MediaType.TEXT_HTML_VALUE)
    @Authenticated(action = "read", resource = RESOURCE)
    ResponseEntity<String> home(Caller caller) {
        return ResponseEntity.ok().contentType(Pages.HTML).body(Pages.signedIn(caller));
    }
}
