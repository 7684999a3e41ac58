package io.penstock.credential;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import reactor.core.publisher.Mono;

/** Access tokens for upstreams that an authorization server gives. */
@FunctionalInterface
public interface AccessTokens {

    /** A token as it is put on the wire. */
    interface Token {

        /** The header that carries it. */
        HttpHeaders headers();
    }

    /** Where the tokens for one gateway come from. */
    Source from(Gateway gateway, OAuthConfig config);

    /** The tokens for one gateway. */
    interface Source {

        /**
         * The token that calls to the gateway carry. Never empty. Error: {@code NeedsAuthorization} where the user has to agree first,
         * {@code Unavailable} where none can be got now, {@code UpstreamFailed} where the authorization server refuses, and says so
         * where it does not know the gateway by its credential; never somebody else's token.
         *
         * @param caller whose call it is; where the grant is the gateway's own, its token is everybody's
         */
        Mono<Token> of(Caller caller);

        /**
         * As {@link #of}, where the upstream refused that token: another one, got once however many ask. One that was itself got in place of
         * a refused one a moment ago is not replaced: empty then, or {@code NeedsAuthorization} where the user has to agree again.
         */
        Mono<Token> insteadOf(Token refused, Caller caller);
    }
}
