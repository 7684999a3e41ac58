package io.penstock.oauth.exchange;

import io.penstock.caller.IdToken;
import io.penstock.caller.Presented;
import io.penstock.catalog.OAuthConfig.Exchange;
import io.penstock.catalog.OAuthConfig.IdentityProvider;
import io.penstock.catalog.OAuthConfig.Subject;
import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.grant.TokenRefused;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Exchanges a caller's own token, where the operator lets it be shown. */
final class Exchanges {

    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final TokenEndpoint endpoint;
    private final ExchangeSettings settings;
    private final Function<UUID, Mono<IdToken>> ofSessions;

    /** @param ofSessions the ID token of the sign-in that opened a session; empty where none is kept */
    Exchanges(TokenEndpoint endpoint, ExchangeSettings settings, Function<UUID, Mono<IdToken>> ofSessions) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.ofSessions = ofSessions;
    }

    /** What a caller's own token was exchanged for, and when that token ends. */
    record Exchanged(Granted granted, Instant ends) {

        /** How long it is used: no longer than what it was got for. */
        Duration life(Instant now) {
            Duration own = Duration.between(now, ends);
            return own.compareTo(granted.lifetime()) < 0 ? own : granted.lifetime();
        }
    }

    /** A caller's own token, and when it ends. */
    private record Own(Secret token, Instant ends) {}

    /** Never empty. Error: {@code Barred} for a caller without such a token, {@code UpstreamFailed}, {@code Unavailable}. */
    Mono<Exchanged> exchange(Wanted wanted) {
        Exchange exchange = Objects.requireNonNull(wanted.config().exchange());
        return Mono.defer(() -> {
            var presented = wanted.caller().presented();
            if (presented == null) {
                return Mono.error(Unexchangeable.barred(wanted));
            }
            if (presented instanceof Presented.SignIn && exchange.subject() != Subject.ID_TOKEN) {
                return Mono.error(Unexchangeable.otherKind(wanted, exchange.subject()));
            }
            IdentityProvider idp = exchange.idp();
            URI shown = idp == null ? wanted.server().token() : idp.tokenUrl();
            return settings.allows(shown)
                    ? own(wanted, presented).flatMap(own -> exchanged(wanted, exchange, own))
                    : Mono.error(failed(
                            wanted,
                            "callers' tokens may not be shown to "
                                    + (idp == null ? "its token endpoint" : "its idp_token_url")
                                    + ": an operator has to name it in TOKEN_EXCHANGE_ALLOWED_URLS"));
        });
    }

    private Mono<Own> own(Wanted wanted, Presented presented) {
        return switch (presented) {
            case Presented.Jwt(var token) ->
                Mono.just(new Own(token, wanted.caller().expires()));
            case Presented.SignIn(var session) ->
                ofSessions
                        .apply(session)
                        .map(kept -> new Own(kept.token(), kept.ends()))
                        .switchIfEmpty(Mono.error(() -> Unexchangeable.notKept(wanted)));
        };
    }

    private Mono<Exchanged> exchanged(Wanted wanted, Exchange exchange, Own own) {
        IdentityProvider idp = exchange.idp();
        Mono<Granted> granted = idp == null
                ? endpoint.exchange(wanted.server(), exchange.subject(), own.token())
                : asserted(wanted, exchange, idp, own.token());
        return granted.map(got -> new Exchanged(got, own.ends()))
                .onErrorMap(TokenRefused.class, refused -> refusal(wanted, refused));
    }

    private Mono<Granted> asserted(Wanted wanted, Exchange exchange, IdentityProvider idp, Secret token) {
        String issuer = wanted.server().issuer();
        return issuer == null
                ? Mono.error(
                        failed(wanted, "set issuer in oauth_config: the identity provider's word is for that server"))
                : endpoint.assertion(idp, wanted.server(), issuer, exchange.subject(), token)
                        .flatMap(assertion -> endpoint.asserted(wanted.server(), assertion));
    }

    /** One that the server does not take ended, or is of somebody whom it does not trust: that is not cured by asking again. */
    private static Refusal refusal(Wanted wanted, TokenRefused refused) {
        return refused.isCertain()
                ? new Refusal(new Reason.UpstreamFailed(text(wanted, refused.detail()), null, refused.how()))
                : new Refusal(new Reason.Unavailable(text(wanted, refused.detail()), PAUSE));
    }

    private static Refusal failed(Wanted wanted, String why) {
        return new Refusal(new Reason.UpstreamFailed(text(wanted, why), null));
    }

    private static String text(Wanted wanted, String why) {
        return "no access token for " + wanted.gateway().name() + ": " + why;
    }
}
