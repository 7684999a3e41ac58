package io.penstock.api.signin;

import io.penstock.api.browser.BrowserCookies;
import io.penstock.api.browser.Landing;
import io.penstock.api.browser.Pages;
import io.penstock.api.entrance.Problem;
import io.penstock.audit.Trail;
import io.penstock.audit.Trail.Entry;
import io.penstock.audit.Trail.Outcome;
import io.penstock.caller.Caller;
import io.penstock.caller.flow.Callback;
import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.Flows;
import io.penstock.caller.flow.Flows.Kind;
import io.penstock.caller.flow.Origin;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.caller.session.Sessions;
import io.penstock.caller.session.Sessions.Begun;
import io.penstock.caller.signin.SignIn.Proven;
import io.penstock.oauth.exchange.ExchangeSettings;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import java.net.URI;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Begins the session of whoever the identity provider says it is. */
@Component
final class SignInLanding implements Landing {

    static final Pages.Failure FAILURE =
            new Pages.Failure("You are not signed in", "<p><a href=\"/oauth/login\">Sign in again</a></p>");

    static final String HOME = "/";

    private final SignInParts parts;
    private final FlowCookies names;
    private final BrowserCookies cookies;
    private final ClientAddresses addresses;
    private final Transactions transactions;
    private final Trail trail;
    private final ExchangeSettings exchange;

    SignInLanding(
            SignInParts parts,
            FlowCookies names,
            BrowserCookies cookies,
            ClientAddresses addresses,
            Transactions transactions,
            Trail trail,
            ExchangeSettings exchange) {
        this.parts = parts;
        this.names = names;
        this.cookies = cookies;
        this.addresses = addresses;
        this.transactions = transactions;
        this.trail = trail;
        this.exchange = exchange;
    }

    @Override
    public Kind kind() {
        return Kind.SIGN_IN;
    }

    @Override
    public Pages.Failure failure() {
        return FAILURE;
    }

    @Override
    public Mono<ResponseEntity<String>> land(Callback callback, Request request) {
        if (!parts.areThere()) {
            return Mono.error(Flows::notBegun);
        }
        return parts.signIn()
                .finish(callback, request)
                .flatMap(proven -> begun(proven, request)
                        .map(begun -> ResponseEntity.status(HttpStatus.SEE_OTHER)
                                .location(URI.create(Objects.requireNonNullElse(proven.returnTo(), HOME)))
                                .header(
                                        HttpHeaders.SET_COOKIE,
                                        cookies.ofSession(begun),
                                        cookies.without(Objects.requireNonNull(names.name(callback.state()))))
                                .<String>build()));
    }

    private Mono<Begun> begun(Proven proven, Request request) {
        var draft = Sessions.Draft.ofProvider(
                proven.user(),
                proven.groups(),
                proven.issuer(),
                proven.origin().address(),
                proven.origin().agent(),
                // what no server may be shown is not worth having
                exchange.allowsAny() ? proven.idToken() : null);
        return transactions.run(parts.sessions()
                .begin(draft)
                .flatMap(begun -> trail.record(done(begun, proven, request)).thenReturn(begun)));
    }

    private static Entry done(Begun begun, Proven proven, Request request) {
        return new Entry(
                begun.session().user(),
                Caller.Source.SESSION.text(),
                SignInController.ACTION,
                SignInController.RESOURCE,
                begun.session().id().toString(),
                Outcome.SUCCESS,
                proven.origin().text(),
                request.correlationId());
    }

    @Override
    public Entry refused(Refusal refusal, Request request) {
        boolean failed = Problem.status(refusal.reason()) >= 500;
        return new Entry(
                Entry.UNKNOWN,
                Caller.Source.SESSION.text(),
                SignInController.ACTION,
                SignInController.RESOURCE,
                null,
                failed ? Outcome.FAILED : Outcome.REFUSED,
                refusal.reason().detail() + "; " + Origin.of(request, addresses).text(),
                request.correlationId());
    }
}
