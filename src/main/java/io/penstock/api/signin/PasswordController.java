package io.penstock.api.signin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.account.password.LoginEvents.Kind;
import io.penstock.account.password.Logins;
import io.penstock.account.password.Logins.Attempt;
import io.penstock.account.password.Logins.Proven;
import io.penstock.api.accounts.PasswordChanges;
import io.penstock.api.accounts.PasswordRefusals;
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

/** Signing in with a password in a browser, and choosing one at the first time, where there is no identity provider. */
@RestController
public final class PasswordController {

    private static final String SOURCE = "password";
    private static final String LOGIN = "/oauth/login";
    private static final String PLACE = "return_to";
    private static final String NAME = "email";
    private static final String CHOSEN = "new_password";
    private static final int LONGEST = 1024;

    private final SignInParts parts;
    private final Logins logins;
    private final PasswordChanges changes;
    private final PageForms forms;
    private final PasswordPages pages;
    private final BrowserCookies cookies;
    private final ClientAddresses addresses;
    private final Transactions transactions;
    private final Trail trail;
    private final PasswordRefusals refusals;

    PasswordController(
            SignInParts parts,
            Logins logins,
            PasswordChanges changes,
            PageForms forms,
            PasswordPages pages,
            BrowserCookies cookies,
            ClientAddresses addresses,
            Transactions transactions,
            Trail trail,
            PasswordRefusals refusals) {
        this.parts = parts;
        this.logins = logins;
        this.changes = changes;
        this.forms = forms;
        this.pages = pages;
        this.cookies = cookies;
        this.addresses = addresses;
        this.transactions = transactions;
        this.trail = trail;
        this.refusals = refusals;
    }

    @Operation(summary = "Sign in with name or e-mail address and password, from the page of GET /oauth/login")
    @ApiResponse(responseCode = "303", description = "To where the browser wanted to go, with the session's cookie")
    @PostMapping(path = LOGIN, consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    @Open
    Mono<ResponseEntity<Object>> login(Request request, ServerWebExchange exchange) {
        return answered(exchange, request, this::signedIn, this::signInAgain);
    }

    @Operation(
            summary =
                    "Choose a new password and sign in, from the page that POST /oauth/login shows whose password somebody else chose")
    @ApiResponse(responseCode = "303", description = "To where the browser wanted to go, with the session's cookie")
    @PostMapping(path = "/oauth/password", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    @Open
    Mono<ResponseEntity<Object>> password(Request request, ServerWebExchange exchange) {
        return answered(exchange, request, this::chosen, this::chooseAgain);
    }

    /** What becomes of a form. Error: a {@link Refusal}. */
    private interface Taking {
        Mono<Begun> take(Sessions sessions, MultiValueMap<String, String> form, Request request);
    }

    /** The page on which a form is shown again. */
    private interface Again {
        ResponseEntity<Object> show(Reason reason, MultiValueMap<String, String> form, Request request);
    }

    private Mono<ResponseEntity<Object>> answered(
            ServerWebExchange exchange, Request request, Taking taking, Again again) {
        ServerHttpRequest http = exchange.getRequest();
        return Mono.fromSupplier(parts::passwordSessions)
                .flatMap(sessions -> new Body(http)
                        .form()
                        .flatMap(form -> Mono.defer(() -> taking.take(sessions, form, request))
                                .map(begun -> sent(begun, typed(form, PLACE)))
                                .onErrorResume(
                                        error -> error instanceof Refusal refusal
                                                && isShownAgain(refusal.reason(), http),
                                        error -> Mono.just(again.show(((Refusal) error).reason(), form, request)))))
                .onErrorResume(Refusal.class, refusal -> Pages.refused(SignInLanding.FAILURE, refusal, request, http));
    }

    /** What another site may have written is not shown as if it were the person's. */
    private static boolean isShownAgain(Reason reason, ServerHttpRequest http) {
        return Pages.wanted(http) && !(reason instanceof Reason.ForeignOrigin);
    }

    private ResponseEntity<Object> sent(Begun begun, String place) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create(place))
                .header(HttpHeaders.SET_COOKIE, cookies.ofSession(begun))
                .build();
    }

    private Mono<Begun> signedIn(Sessions sessions, MultiValueMap<String, String> form, Request request) {
        forms.demandShown(request, form, PasswordPages.signInTerms(typed(form, PLACE)), LOGIN);
        return logins.prove(attempt(form, request), Kind.LOGIN)
                .doOnError(Refusal.class, refusal -> refusals.note(refused(refusal, request), refusal, request))
                .flatMap(proven -> begun(sessions, proven, request));
    }

    private ResponseEntity<Object> signInAgain(Reason reason, MultiValueMap<String, String> form, Request request) {
        String place = typed(form, PLACE);
        String name = typed(form, NAME);
        return reason instanceof Reason.PasswordExpired
                ? pages.choose(request, place, name)
                : pages.signInAgain(request, reason, place, name);
    }

    private Mono<Begun> chosen(Sessions sessions, MultiValueMap<String, String> form, Request request) {
        forms.demandShown(request, form, PasswordPages.choiceTerms(typed(form, PLACE), typed(form, NAME)), LOGIN);
        var attempt = attempt(form, request);
        var chosen = new Secret(one(form, CHOSEN));
        if (!chosen.equals(new Secret(typed(form, CHOSEN + "_again")))) {
            throw invalid(CHOSEN, "must be the same both times");
        }
        String weakness = changes.weakness(attempt.name(), attempt.password(), chosen);
        if (weakness != null) {
            throw invalid(CHOSEN, weakness);
        }
        return changes.change(attempt, chosen, request).flatMap(proven -> begun(sessions, proven, request));
    }

    private ResponseEntity<Object> chooseAgain(Reason reason, MultiValueMap<String, String> form, Request request) {
        return pages.chooseAgain(request, reason, typed(form, PLACE), typed(form, NAME));
    }

    private Attempt attempt(MultiValueMap<String, String> form, Request request) {
        return new Attempt(
                one(form, NAME),
                new Secret(one(form, "password")),
                addresses.of(request).getHostAddress(),
                request.header(HttpHeaderNames.USER_AGENT));
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
            throw invalid(name, "must be there once, with at most " + LONGEST + " characters");
        }
        return value;
    }

    private static Refusal invalid(String field, String message) {
        return new Refusal(new Reason.Invalid(List.of(new Reason.Invalid.Field(field, message))));
    }

    /** Empty where it is not there once, or too long. */
    private static String typed(MultiValueMap<String, String> form, String name) {
        List<String> values = form.getOrDefault(name, List.of());
        return values.size() == 1 && values.getFirst().length() <= LONGEST ? values.getFirst() : "";
    }
}
