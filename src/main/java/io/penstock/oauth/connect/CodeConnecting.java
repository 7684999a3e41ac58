package io.penstock.oauth.connect;

import io.penstock.caller.Attempts;
import io.penstock.caller.Caller;
import io.penstock.caller.flow.Callback;
import io.penstock.caller.flow.Departure;
import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.Flows;
import io.penstock.caller.flow.Flows.Kind;
import io.penstock.caller.flow.Flows.Ticket;
import io.penstock.caller.flow.Randoms;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.oauth.Agreements;
import io.penstock.oauth.connect.Connecting.Ending.Agreed;
import io.penstock.oauth.connect.Connecting.Ending.Failed;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.grant.TokenRefused;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The authorization code grant (RFC 6749, 4.1) with PKCE, state, {@code resource} (RFC 8707) and {@code iss} (RFC 9207). */
@Component
final class CodeConnecting implements Connecting {

    private static final int MOST_BEGUN = 30;
    private static final Duration LATER = Duration.ofSeconds(5);

    private final Offers offers;
    private final Gateways gateways;
    private final Flows flows;
    private final FlowCookies cookies;
    private final TokenEndpoint endpoint;
    private final Agreements agreements;
    /** Each is a row. */
    private final Attempts starts =
            new Attempts(MOST_BEGUN, "Too many connections of accounts were begun by this user");

    CodeConnecting(
            Offers offers,
            Gateways gateways,
            Flows flows,
            FlowCookies cookies,
            TokenEndpoint endpoint,
            Agreements agreements) {
        this.offers = offers;
        this.gateways = gateways;
        this.flows = flows;
        this.cookies = cookies;
        this.endpoint = endpoint;
        this.agreements = agreements;
    }

    @Override
    public Mono<Offer> offer(Gateway gateway) {
        return offers.of(gateway);
    }

    @Override
    public Mono<Departure> begin(Offer offer, Caller caller, boolean ambient) {
        return Mono.defer(() -> {
            offers.demandOneServer(offer);
            starts.count(caller.user());
            var server = offer.server();
            var ticket = Ticket.fresh();
            var pending = new Pending(
                    offer.gateway().id(),
                    caller.user(),
                    caller.source().text(),
                    ambient,
                    agreements.authority(offer.gateway(), server),
                    server.issuer(),
                    server.namesItself(),
                    offer.redirect(),
                    Randoms.next());
            return flows.keep(Kind.CONNECT, ticket, pending.text())
                    .thenReturn(cookies.departure(address(offer, ticket, pending), ticket));
        });
    }

    /** The authorization request (RFC 6749, 4.1.1; RFC 7636, 4.3; RFC 8707, 2.1). */
    private static URI address(Offer offer, Ticket ticket, Pending pending) {
        var server = offer.server();
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", server.client().id());
        query.put("redirect_uri", pending.redirect().toString());
        if (!server.scopes().isEmpty()) {
            query.put("scope", String.join(" ", server.scopes()));
        }
        query.put("state", ticket.state());
        query.put("code_challenge", Randoms.challenge(pending.verifier()));
        query.put("code_challenge_method", "S256");
        if (server.takesResource()) {
            query.put("resource", server.resource());
        }
        String audience = server.audience();
        if (audience != null) {
            query.put("audience", audience);
        }
        query.putAll(offer.extras());
        return Departure.address(offer.authorize(), query);
    }

    @Override
    public Mono<Ending> finish(Callback callback, Request request, Mono<String> present) {
        return Mono.defer(() -> spent(callback, request))
                .switchIfEmpty(Mono.error(Flows::notBegun))
                .map(Pending::of)
                .flatMap(pending -> present.defaultIfEmpty("")
                        .doOnNext(shown -> demandSame(shown, pending))
                        .then(gateways.find(pending.gateway()))
                        .switchIfEmpty(Mono.error(Flows::notBegun))
                        .flatMap(offers::of)
                        .flatMap(offer -> ended(callback, pending, offer)));
    }

    /** No redirect_uri of ours names a provider: what comes back to an address that does was not sent there (RFC 9700, 4.4.2.2). */
    private Mono<String> spent(Callback callback, Request request) {
        return callback.provider() == null
                ? flows.spend(Kind.CONNECT, cookies.ticket(callback, request))
                : Mono.empty();
    }

    /** Whoever else sits at the browser would use, from then on, an account that is not theirs; or would give theirs away. */
    private static void demandSame(String shown, Pending pending) {
        boolean nobody = shown.isEmpty();
        if (nobody ? pending.ambient() : !shown.equals(pending.user())) {
            throw new Refusal(new Reason.Barred(
                    nobody
                            ? "This browser does not show any more who began this: sign in, and begin again"
                            : "Somebody else is signed in at this browser than who began this: nothing was connected"));
        }
    }

    private Mono<Ending> ended(Callback callback, Pending pending, Offer offer) {
        offers.demandOneServer(offer);
        if (!agreements.authority(offer.gateway(), offer.server()).equals(pending.authority())) {
            return Mono.error(new Refusal(new Reason.Conflict(
                    "The authorization server of this gateway was changed meanwhile: begin again")));
        }
        Refusal wrong = ServerWord.wrong(callback, pending, offer.authorize());
        if (wrong != null) {
            return Mono.error(wrong);
        }
        Refusal error = ServerWord.error(callback);
        return error == null
                ? exchanged(Objects.requireNonNull(callback.code()), pending, offer)
                : Mono.just(failed(pending, offer, error));
    }

    private Mono<Ending> exchanged(String code, Pending pending, Offer offer) {
        return endpoint.code(offer.server(), code, pending.redirect(), pending.verifier())
                .<Ending>map(granted -> new Agreed(offer, pending.user(), pending.source(), granted))
                .onErrorResume(
                        TokenRefused.class,
                        refused -> told(refused, offer).map(refusal -> failed(pending, offer, refusal)));
    }

    private Mono<Refusal> told(TokenRefused refused, Offer offer) {
        return Mono.just(refused)
                .filter(TokenRefused::isClientUnknown)
                .filterWhen(_ -> offers.anew(offer))
                .map(_ -> new Refusal(new Reason.Conflict(
                        "The authorization server of this gateway had forgotten it, and knows it again"
                                + " as another client: begin again")))
                .defaultIfEmpty(refusal(refused));
    }

    private static Failed failed(Pending pending, Offer offer, Refusal refusal) {
        return new Failed(offer.gateway(), pending.user(), pending.source(), refusal);
    }

    private static Refusal refusal(TokenRefused refused) {
        String detail = "No token was given: " + refused.detail();
        return new Refusal(
                refused.isGrantGone() || refused.isCertain()
                        ? new Reason.UpstreamFailed(detail, null)
                        : new Reason.Unavailable(detail, LATER));
    }

    @Override
    public Mono<Void> keep(Agreed agreed) {
        return agreements.keep(agreed.gateway(), agreed.offer().server(), agreed.user(), agreed.granted());
    }
}
