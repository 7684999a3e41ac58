package io.penstock.oauth.exchange;

import io.penstock.caller.Caller;
import io.penstock.catalog.OAuthConfig.Exchange;
import io.penstock.catalog.OAuthConfig.IdentityProvider;
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
import reactor.core.publisher.Mono;

/** Exchanges a caller's own token, where the operator lets it be shown. */
final class Exchanges {

    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final TokenEndpoint endpoint;
    private final ExchangeSettings settings;

    Exchanges(TokenEndpoint endpoint, ExchangeSettings settings) {
        this.endpoint = endpoint;
        this.settings = settings;
    }

    /** Never empty. Error: {@code Barred} for a caller without such a token, {@code UpstreamFailed}, {@code Unavailable}. */
    Mono<Granted> exchange(Wanted wanted) {
        Secret token = wanted.caller().presented();
        if (token == null) {
            return Mono.error(barred(wanted));
        }
        Exchange exchange = Objects.requireNonNull(wanted.config().exchange());
        IdentityProvider idp = exchange.idp();
        URI shown = idp == null ? wanted.server().token() : idp.tokenUrl();
        if (!settings.allows(shown)) {
            return Mono.error(failed(
                    wanted,
                    "callers' tokens may not be shown to " + (idp == null ? "its token endpoint" : "its idp_token_url")
                            + ": an operator has to name it in TOKEN_EXCHANGE_ALLOWED_URLS"));
        }
        Mono<Granted> granted = idp == null
                ? endpoint.exchange(wanted.server(), exchange.subject(), token)
                : asserted(wanted, exchange, idp, token);
        return granted.onErrorMap(TokenRefused.class, refused -> refusal(wanted, refused));
    }

    private Mono<Granted> asserted(Wanted wanted, Exchange exchange, IdentityProvider idp, Secret token) {
        String issuer = wanted.server().issuer();
        return issuer == null
                ? Mono.error(
                        failed(wanted, "set issuer in oauth_config: the identity provider's word is for that server"))
                : endpoint.assertion(idp, wanted.server(), issuer, exchange.subject(), token)
                        .flatMap(assertion -> endpoint.asserted(wanted.server(), assertion));
    }

    private static Refusal barred(Wanted wanted) {
        String came = switch (wanted.caller().source()) {
            case API_TOKEN -> "with an API token";
            case PROXY -> "by a proxy's word";
            case SESSION -> "with a browser's session";
            case ANONYMOUS -> "as nobody";
            case GATEWAY, JWT -> "without one";
        };
        return new Refusal(new Reason.Barred(wanted.gateway().name()
                + " takes its callers' own identity: call with a JWT of your identity provider in Authorization: Bearer ...;"
                + " you came " + came + ", which no other server can verify"));
    }

    /** One that the server does not take ended, or is of somebody whom it does not trust: that is not cured by asking again. */
    private static Refusal refusal(Wanted wanted, TokenRefused refused) {
        return refused.isCertain()
                ? failed(wanted, refused.detail())
                : new Refusal(new Reason.Unavailable(text(wanted, refused.detail()), PAUSE));
    }

    private static Refusal failed(Wanted wanted, String why) {
        return new Refusal(new Reason.UpstreamFailed(text(wanted, why), null));
    }

    private static String text(Wanted wanted, String why) {
        return "no access token for " + wanted.gateway().name() + ": " + why;
    }

    /** How long what a caller's token was exchanged for is used: no longer than that token. */
    static Duration life(Granted granted, Caller caller, Instant now) {
        Duration own = Duration.between(now, caller.expires());
        return own.compareTo(granted.lifetime()) < 0 ? own : granted.lifetime();
    }
}
