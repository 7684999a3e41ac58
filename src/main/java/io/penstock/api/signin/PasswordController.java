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
import io.penstock.caller.flow.ReturnPath;
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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
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
    private final BrowserCookies cookies;
    private final ClientAddresses addresses;
    private final Transactions transactions;
    private final Trail trail;

    PasswordController(
            SignInParts parts,
            Logins logins,
            PageForms forms,
            BrowserCookies cookies,
            ClientAddresses addresses,
            Transactions transactions,
            Trail trail) {
        this.parts = parts;
        this.logins = logins;
        this.forms = forms;
        this.cookies = cookies;
        this.addresses = addresses;
        this.transactions = transactions;
        this.trail = trail;
    }

    /**
     * The page with the form.
     *
     * @param returnTo where the browser goes then; null for home
     */
    static ResponseEntity<Object> page(PageForms forms, Request request, @Nullable String returnTo) {
        String place = returnTo == null ? "/" : returnTo;
        if (!ReturnPath.isOne(place)) {
            throw new Refusal(new Reason.Invalid(List.of(new Reason.Invalid.Field(
                    "return_to", "must be a path here, like /api/execute/currenttime, and no address"))));
        }
        return forms.shown(
                request, terms(place), "", field -> Pages.page("Sign in", """
                <form method="post" action="/oauth/login">
                %s
                <input type="hidden" name="return_to" value="%s">
                <p><label>Name or e-mail address <input type="text" name="email" inputmode="email" autocapitalize="none" spellcheck="false" autocomplete="username" required></label></p>
                <p><label>Password <input type="password" name="password" autocomplete="current-password" required></label></p>
                <button type="submit">Sign in</button>
                </form>""".formatted(field, Pages.escaped(place))));
    }

    @Operation(summary = "Sign in with name or e-mail address and password, from the page of GET /oauth/login")
    @ApiResponse(responseCode = "303", description = "To where the browser wanted to go, with the session's cookie")
    @PostMapping(path = LOGIN, consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    @Open
    Mono<ResponseEntity<String>> login(Request request, ServerWebExchange exchange) {
        return Mono.fromSupplier(parts::passwordSessions)
                .flatMap(sessions ->
                        new Body(exchange.getRequest()).form().flatMap(form -> signedIn(sessions, form, request)))
                .onErrorResume(
                        Refusal.class,
                        refusal -> Pages.wanted(exchange.getRequest())
                                ? Mono.just(
                                        Pages.refused(SignInLanding.FAILURE, refusal.reason(), request.correlationId()))
                                : Mono.error(refusal));
    }

    private Mono<ResponseEntity<String>> signedIn(
            Sessions sessions, MultiValueMap<String, String> form, Request request) {
        String place = one(form, "return_to");
        forms.demandShown(request, form, terms(place), LOGIN);
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

    private static String terms(String place) {
        return "sign in\n" + place;
    }

    private static String one(MultiValueMap<String, String> form, String name) {
        List<String> values = form.getOrDefault(name, List.of());
        if (values.size() != 1
                || values.getFirst().isEmpty()
                || values.getFirst().length() > LONGEST) {
            throw new Refusal(new Reason.Invalid(List.of(
                    new Reason.Invalid.Field(name, "must be there once, with at most " + LONGEST + " characters"))));
        }
        return values.getFirst();
    }
}
