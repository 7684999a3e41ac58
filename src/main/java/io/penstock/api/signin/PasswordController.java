package io.penstock.api.signin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.account.password.LoginEvents.Kind;
import io.penstock.account.password.Logins;
import io.penstock.account.password.Logins.Attempt;
import io.penstock.account.password.Logins.Proven;
import io.penstock.api.browser.BrowserCookies;
import io.penstock.api.browser.PageForms;
import io.penstock.api.browser.Pages;
import io.penstock.api.entrance.Open;
import io.penstock.api.input.Body;
import io.penstock.audit.Trail;
import io.penstock.audit.Trail.Entry;
import io.penstock.audit.Trail.Outcome;
import io.penstock.caller.flow.Origin;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.caller.session.Sessions;
import io.penstock.caller.session.Sessions.Begun;
import io.penstock.store.Transactions;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Signing in with a password in a browser, where there is no identity provider. */
@RestController
public final class PasswordController {

    private static final String SOURCE = "password";
    private static final String LOGIN = "/oauth/login";
    private static final int LONGEST = 1024;

    private final SignInParts parts;
    private final Logins logins;
    private final PageForms forms;
    private final PasswordPages pages;
    private final BrowserCookies cookies;
    private final ClientAddresses addresses;
    private final Transactions transactions;
    private final Trail trail;

    PasswordController(
            SignInParts parts,
            Logins logins,
            PageForms forms,
            PasswordPages pages,
            BrowserCookies cookies,
            ClientAddresses addresses,
            Transactions transactions,
            Trail trail) {
        this.parts = parts;
        this.logins = logins;
        this.forms = forms;
        this.pages = pages;
        this.cookies = cookies;
        this.addresses = addresses;
        this.transactions = transactions;
        this.trail = trail;
    }

    @Operation(summary = "Sign in with name or e-mail address and password, from the page of GET /oauth/login")
    @ApiResponse(responseCode = "303", description = "To where the browser wanted to go, with the session's cookie")
    @PostMapping(path = LOGIN, consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    @Open
    Mono<ResponseEntity<Object>> login(Request request, ServerWebExchange exchange) {
        ServerHttpRequest http = exchange.getRequest();
        return Mono.fromSupplier(parts::passwordSessions)
                .flatMap(sessions -> new Body(http)
                        .form()
                        .flatMap(form -> Mono.defer(() -> signedIn(sessions, form, request))
                                .onErrorResume(Refusal.class, refusal -> again(refusal, form, request, http))))
                .onErrorResume(Refusal.class, refusal -> Pages.refused(SignInLanding.FAILURE, refusal, request, http));
    }

    /** What another site may have written is not shown as if it were the person's. */
    private Mono<ResponseEntity<Object>> again(
            Refusal refusal, MultiValueMap<String, String> form, Request request, ServerHttpRequest http) {
        return !Pages.wanted(http) || refusal.reason() instanceof Reason.ForeignOrigin
                ? Mono.error(refusal)
                : Mono.just(
                        pages.signInAgain(request, refusal.reason(), typed(form, "return_to"), typed(form, "email")));
    }

    private Mono<ResponseEntity<Object>> signedIn(
            Sessions sessions, MultiValueMap<String, String> form, Request request) {
        String place = typed(form, "return_to");
        forms.demandShown(request, form, PasswordPages.signInTerms(place), LOGIN);
        var attempt = new Attempt(
                one(form, "email"),
                new Secret(one(form, "password")),
                addresses.of(request).getHostAddress(),
                request.header(HttpHeaderNames.USER_AGENT));
        return logins.prove(attempt, Kind.LOGIN)
                .doOnError(Refusal.class, refusal -> trail.note(refused(refusal, request)))
                .flatMap(proven -> begun(sessions, proven, request))
                .map(begun -> ResponseEntity.status(HttpStatus.SEE_OTHER)
                        .location(URI.create(place))
                        .header(HttpHeaders.SET_COOKIE, cookies.ofSession(begun))
                        .build());
    }

    private Mono<Begun> begun(Sessions sessions, Proven proven, Request request) {
        if (proven.mustChangePassword()) {
            return Mono.error(new Refusal(new Reason.PasswordExpired()));
        }
        var origin = Origin.of(request, addresses);
        var draft =
                Sessions.Draft.ofPassword(proven.name(), SOURCE, origin.address(), origin.agent(), proven.generation());
        return transactions.run(sessions.begin(draft)
                .flatMap(begun -> trail.record(new Entry(
                                proven.name(),
                                SOURCE,
                                SignInController.ACTION,
                                SignInController.RESOURCE,
                                begun.session().id().toString(),
                                Outcome.SUCCESS,
                                origin.text(),
                                request.correlationId()))
                        .thenReturn(begun)));
    }

    /** Without the name that was tried: some type their password there. */
    private Entry refused(Refusal refusal, Request request) {
        return new Entry(
                Entry.UNKNOWN,
                SOURCE,
                SignInController.ACTION,
                SignInController.RESOURCE,
                null,
                Outcome.REFUSED,
                refusal.reason().detail() + "; " + Origin.of(request, addresses).text(),
                request.correlationId());
    }

    private static String one(MultiValueMap<String, String> form, String name) {
        String value = typed(form, name);
        if (value.isEmpty()) {
            throw new Refusal(new Reason.Invalid(List.of(
                    new Reason.Invalid.Field(name, "must be there once, with at most " + LONGEST + " characters"))));
        }
        return value;
    }

    /** Empty where it is not there once, or too long. */
    private static String typed(MultiValueMap<String, String> form, String name) {
        List<String> values = form.getOrDefault(name, List.of());
        return values.size() == 1 && values.getFirst().length() <= LONGEST ? values.getFirst() : "";
    }
}
