package io.penstock.caller.signin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.caller.Attempts;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.caller.Directory;
import io.penstock.caller.Grants;
import io.penstock.caller.jwt.IdTokens;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.caller.session.CookiePolicy;
import io.penstock.caller.session.Cookies;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** OpenID Connect's authorization code flow, with PKCE, nonce, state and {@code iss} (RFC 9207), for one provider. */
final class OidcSignIn implements SignIn {

    private static final String COOKIE = "penstock_flow_";
    private static final int DIGITS = 16;
    private static final int LONGEST_CODE = 8192;

    static final int MOST_BEGUN = 60;

    private final Provider provider;
    private final Mono<Endpoints> endpoints;
    private final Flows flows;
    private final TokenEndpoint tokens;
    private final IdTokens idTokens;
    private final Person.Reading reading;
    private final Directory directory;
    private final CookiePolicy cookies;
    private final Redirects redirects;
    private final ClientAddresses addresses;
    /** Each is a row, and anybody may begin one. */
    private final Attempts starts = new Attempts(MOST_BEGUN, "begun");

    OidcSignIn(
            Provider provider,
            Mono<Endpoints> endpoints,
            Flows flows,
            TokenEndpoint tokens,
            IdTokens idTokens,
            Person.Reading reading,
            Directory directory,
            CookiePolicy cookies,
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
    public Mono<Begun> begin(@Nullable String named, @Nullable String returnTo, Request request) {
        return Mono.defer(() -> {
            if (named != null && !named.equals(provider.kind().text())) {
                throw invalid("provider", "must be " + provider.kind().text());
            }
            if (returnTo != null && !ReturnPath.isOne(returnTo)) {
                throw invalid("return_to", "must be a path here, like /api/execute/currenttime, and no address");
            }
            starts.count(origin(request).address());
            var ticket = new Flows.Ticket(Randoms.next(), Randoms.next());
            var pending = new Pending(provider.issuer(), Randoms.next(), Randoms.next(), returnTo);
            return endpoints.flatMap(known -> flows.keep(Flows.Kind.SIGN_IN, ticket, pending.text())
                    .thenReturn(new Begun(
                            redirects.authorize(known.authorize(), ticket.state(), pending),
                            name(ticket.state()),
                            new Secret(ticket.browser()))));
        });
    }

    @Override
    public Mono<Proven> finish(Callback callback, Request request) {
        return Mono.defer(() -> {
            if (callback.provider() != null
                    && !callback.provider().equals(provider.kind().text())) {
                throw new Refusal(new Reason.NotFound("There is no identity provider of that name"));
            }
            String cookie = cookie(callback);
            List<String> browsers = cookie == null ? List.of() : Cookies.named(request.headers(), cookie);
            if (browsers.size() != 1) {
                throw notBegun();
            }
            String state = Objects.requireNonNull(callback.state());
            return flows.spend(Flows.Kind.SIGN_IN, new Flows.Ticket(state, browsers.getFirst()))
                    .switchIfEmpty(Mono.error(OidcSignIn::notBegun))
                    .map(Pending::of)
                    .flatMap(pending -> endpoints.flatMap(known -> prove(callback, pending, known, origin(request))));
        });
    }

    private Mono<Proven> prove(Callback callback, Pending pending, Endpoints known, Origin origin) {
        Refusal wrong = ProviderWord.wrong(callback, provider.issuer(), pending.issuer(), known.namesItself());
        String code = callback.code();
        if (wrong != null) {
            return Mono.error(wrong);
        }
        if (code == null || code.isEmpty() || code.length() > LONGEST_CODE) {
            return Mono.error(Answer.failed("sent the browser back without a code", null));
        }
        return tokens.exchange(known.token(), code, pending.verifier())
                .flatMap(token -> idTokens.verify(token.reveal(), pending.nonce()))
                .map(reading::person)
                .flatMap(person -> welcome(person.user())
                        .thenReturn(new Proven(
                                person.user(), person.groups(), provider.issuer(), pending.returnTo(), origin)));
    }

    /** Who is switched off here does not come in, whatever the provider says. */
    private Mono<Caller> welcome(String user) {
        return directory.complete(new Caller(
                user, Caller.Source.SESSION, false, Set.of(), null, false, Grants.NONE, null, "", Instant.MAX));
    }

    @Override
    public Origin origin(Request request) {
        return new Origin(addresses.of(request).getHostAddress(), request.header(HttpHeaderNames.USER_AGENT));
    }

    @Override
    public @Nullable String cookie(Callback callback) {
        String state = callback.state();
        return state == null || !Randoms.FORM.matcher(state).matches() ? null : name(state);
    }

    /** Of each sign-in its own, so that several tabs can be at it; no one can tell the state from it. */
    private String name(String state) {
        return cookies.ofHost(COOKIE + Digest.of(state).hex().substring(0, DIGITS));
    }

    @Override
    public Mono<URI> logout() {
        return endpoints.mapNotNull(Endpoints::logout).map(redirects::logout);
    }

    private static Refusal notBegun() {
        return new Refusal(
                new Reason.Malformed(
                        "This browser began no such sign-in, or more than ten minutes ago, or has ended it: sign in again at /oauth/login"));
    }

    private static Refusal invalid(String field, String message) {
        return new Refusal(new Reason.Invalid(List.of(new Reason.Invalid.Field(field, message))));
    }
}
