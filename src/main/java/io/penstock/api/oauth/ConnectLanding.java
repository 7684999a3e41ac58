package io.penstock.api.oauth;

import io.penstock.api.browser.BrowserCookies;
import io.penstock.api.browser.Landing;
import io.penstock.api.browser.Pages;
import io.penstock.api.entrance.Problem;
import io.penstock.audit.Trail;
import io.penstock.audit.Trail.Entry;
import io.penstock.caller.Caller;
import io.penstock.caller.Callers;
import io.penstock.caller.flow.Callback;
import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.Flows.Kind;
import io.penstock.caller.flow.Origin;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.loop.Rounds;
import io.penstock.oauth.Connected;
import io.penstock.oauth.connect.Connecting;
import io.penstock.oauth.connect.Connecting.Ending;
import io.penstock.oauth.connect.Connecting.Ending.Agreed;
import io.penstock.oauth.connect.Connecting.Ending.Failed;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Keeps the token of whoever agreed, and sends the browser to a page that says so. */
@Component
final class ConnectLanding implements Landing {

    private static final Pages.Failure FAILURE =
            new Pages.Failure("Nothing was connected", "<p>Begin again where you began.</p>");

    private final Connecting connecting;
    private final Callers callers;
    private final FlowCookies names;
    private final BrowserCookies cookies;
    private final Outcomes outcomes;
    private final ClientAddresses addresses;
    private final Transactions transactions;
    private final Trail trail;
    private final Rounds rounds;
    private final List<Connected> interested;

    ConnectLanding(
            Connecting connecting,
            Callers callers,
            FlowCookies names,
            BrowserCookies cookies,
            Outcomes outcomes,
            ClientAddresses addresses,
            Transactions transactions,
            Trail trail,
            Rounds rounds,
            ObjectProvider<Connected> interested) {
        this.connecting = connecting;
        this.callers = callers;
        this.names = names;
        this.cookies = cookies;
        this.outcomes = outcomes;
        this.addresses = addresses;
        this.transactions = transactions;
        this.trail = trail;
        this.rounds = rounds;
        this.interested = interested.orderedStream().toList();
    }

    @Override
    public Kind kind() {
        return Kind.CONNECT;
    }

    @Override
    public Pages.Failure failure() {
        return FAILURE;
    }

    /** A code that was sent is spent, so what has begun goes on though the browser leaves. */
    @Override
    public Mono<ResponseEntity<String>> land(Callback callback, Request request) {
        return Mono.defer(() -> rounds.detach(
                        "oauth.connect",
                        connecting
                                .finish(callback, request, present(request))
                                .flatMap(ending -> kept(ending, request).thenReturn(ending))))
                .map(ending -> ResponseEntity.status(HttpStatus.SEE_OTHER)
                        .location(URI.create(
                                "/oauth/connected/" + ending.gateway().id()))
                        .header(
                                HttpHeaders.SET_COOKIE,
                                outcomes.cookie(Outcome.of(ending, request.correlationId())),
                                cookies.without(Objects.requireNonNull(names.name(callback.state()))))
                        .build());
    }

    /** Whom the browser shows by itself; empty where it is nobody, or nobody any more. */
    private Mono<String> present(Request request) {
        return callers.identify(request)
                .filter(caller -> caller.source() != Caller.Source.ANONYMOUS)
                .map(Caller::user)
                .onErrorResume(
                        error -> error instanceof Refusal refusal && refusal.reason() instanceof Reason.Unauthenticated,
                        _ -> Mono.empty());
    }

    private Mono<Void> kept(Ending ending, Request request) {
        return switch (ending) {
            case Agreed agreed ->
                transactions
                        .run(connecting.keep(agreed).then(trail.record(done(agreed, request))))
                        .then(Flux.fromIterable(interested)
                                .concatMap(one -> one.connected(agreed.gateway(), agreed.user()))
                                .then());
            case Failed failed -> trail.record(failed(failed, request));
        };
    }

    private Entry done(Agreed agreed, Request request) {
        return entry(
                agreed,
                Trail.Outcome.SUCCESS,
                "scopes: " + String.join(" ", Outcome.given(agreed)) + "; " + origin(request),
                request);
    }

    private Entry failed(Failed failed, Request request) {
        Refusal refusal = failed.refusal();
        return entry(failed, outcome(refusal), refusal.reason().detail() + "; " + origin(request), request);
    }

    private static Entry entry(Ending ending, Trail.Outcome outcome, String detail, Request request) {
        return entry(ending.user(), ending.source(), ending.gateway().id().toString(), outcome, detail, request);
    }

    @Override
    public Entry refused(Refusal refusal, Request request) {
        return entry(
                Entry.UNKNOWN,
                Entry.NO_SOURCE,
                null,
                outcome(refusal),
                refusal.reason().detail() + "; " + origin(request),
                request);
    }

    private static Entry entry(
            String user, String source, @Nullable String id, Trail.Outcome outcome, String detail, Request request) {
        return new Entry(
                user,
                source,
                ConnectController.ACTION,
                ConnectController.RESOURCE,
                id,
                outcome,
                detail,
                request.correlationId());
    }

    private static Trail.Outcome outcome(Refusal refusal) {
        return Problem.status(refusal.reason()) >= 500 ? Trail.Outcome.FAILED : Trail.Outcome.REFUSED;
    }

    private String origin(Request request) {
        return Origin.of(request, addresses).text();
    }
}
