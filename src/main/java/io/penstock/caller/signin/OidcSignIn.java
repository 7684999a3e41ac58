package io.penstock.caller.signin;

import com.nimbusds.jwt.JWTClaimsSet;
import io.penstock.caller.Attempts;
import io.penstock.caller.Caller;
import io.penstock.caller.Directory;
import io.penstock.caller.Grants;
import io.penstock.caller.IdToken;
import io.penstock.caller.flow.Callback;
import io.penstock.caller.flow.Departure;
import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.Flows;
import io.penstock.caller.flow.Origin;
import io.penstock.caller.flow.Randoms;
import io.penstock.caller.flow.ReturnPath;
import io.penstock.caller.jwt.IdTokens;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** OpenID Connect's authorization code flow, with PKCE, nonce, state and {@code iss} (RFC 9207), for one provider. */
final class OidcSignIn implements SignIn {

    static final int MOST_BEGUN = 60;

    private final Provider provider;
    private final Mono<Endpoints> endpoints;
    private final Flows flows;
    private final TokenEndpoint tokens;
    private final IdTokens idTokens;
    private final Person.Reading reading;
    private final Directory directory;
    private final FlowCookies cookies;
    private final Redirects redirects;
    private final ClientAddresses addresses;
    /** Each is a row, and anybody may begin one. */
    private final Attempts starts = new Attempts(MOST_BEGUN, "Too many sign-ins were begun from this address");

    OidcSignIn(
            Provider provider,
            Mono<Endpoints> endpoints,
            Flows flows,
            TokenEndpoint tokens,
            IdTokens idTokens,
            Person.Reading reading,
            Directory directory,
            FlowCookies cookies,
            Redirects redirects,
            ClientAddresses addresses) {
        this.provider = provider;
        this.endpoints = endpoints;
        this.flows = flows;
        this.tokens = tokens;
        this.idTokens = idTokens;
        this.reading = reading;
        this.directory = directory;
        this.cookies = cookies;
        this.redirects = redirects;
        this.addresses = addresses;
    }

    @Override
    public Mono<Departure> begin(@Nullable String named, @Nullable String returnTo, Request request) {
        return Mono.defer(() -> {
            if (named != null && !named.equals(provider.kind().text())) {
                throw invalid("provider", "must be " + provider.kind().text());
            }
            if (returnTo != null && !ReturnPath.isOne(returnTo)) {
                throw invalid("return_to", "must be a path here, like /api/execute/currenttime, and no address");
            }
            starts.count(Origin.of(request, addresses).address());
            var ticket = Flows.Ticket.fresh();
            var pending = new Pending(provider.issuer(), Randoms.next(), Randoms.next(), returnTo);
            return endpoints.flatMap(known -> flows.keep(Flows.Kind.SIGN_IN, ticket, pending.text())
                    .thenReturn(cookies.departure(
                            redirects.authorize(known.authorize(), ticket.state(), pending), ticket)));
        });
    }

    @Override
    public Mono<Proven> finish(Callback callback, Request request) {
        return Mono.defer(() -> {
            if (callback.provider() != null
                    && !callback.provider().equals(provider.kind().text())) {
                throw new Refusal(new Reason.NotFound("There is no identity provider of that name"));
            }
            return flows.spend(Flows.Kind.SIGN_IN, cookies.ticket(callback, request))
                    .switchIfEmpty(Mono.error(Flows::notBegun))
                    .map(Pending::of)
                    .flatMap(pending ->
                            endpoints.flatMap(known -> prove(callback, pending, known, Origin.of(request, addresses))));
        });
    }

    private Mono<Proven> prove(Callback callback, Pending pending, Endpoints known, Origin origin) {
        Refusal wrong = ProviderWord.wrong(callback, provider.issuer(), pending.issuer(), known.namesItself());
        String code = callback.code();
        if (wrong != null) {
            return Mono.error(wrong);
        }
        if (code == null || !callback.hasCode()) {
            return Mono.error(Faults.failed("sent the browser back without a code", null));
        }
        return tokens.exchange(known.token(), code, pending.verifier())
                .flatMap(token -> idTokens.verify(token.reveal(), pending.nonce())
                        .flatMap(claims -> proven(reading.person(claims), idToken(token, claims), pending, origin)));
    }

    private static IdToken idToken(Secret token, JWTClaimsSet verified) {
        return new IdToken(token, verified.getExpirationTime().toInstant());
    }

    private Mono<Proven> proven(Person person, IdToken token, Pending pending, Origin origin) {
        return welcome(person.user())
                .thenReturn(new Proven(
                        person.user(), person.groups(), provider.issuer(), token, pending.returnTo(), origin));
    }

    /** Who is switched off here does not come in, whatever the provider says. */
    private Mono<Caller> welcome(String user) {
        return directory.complete(new Caller(
                user, Caller.Source.SESSION, false, Set.of(), null, false, Grants.NONE, null, "", Instant.MAX));
    }

    @Override
    public Mono<URI> logout() {
        return endpoints.mapNotNull(Endpoints::logout).map(redirects::logout);
    }

    private static Refusal invalid(String field, String message) {
        return new Refusal(new Reason.Invalid(List.of(new Reason.Invalid.Field(field, message))));
    }
}
