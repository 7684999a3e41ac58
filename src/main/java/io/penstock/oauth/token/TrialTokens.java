package io.penstock.oauth.token;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.credential.AccessTokens;
import io.penstock.credential.AccessTokens.Token;
import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.grant.TokenRefused;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A token for a credential that is not in use: asked for each time and kept nowhere, so that it serves no call but the one it is for. */
final class TrialTokens implements AccessTokens.Source {

    private final Mono<AuthorizationServer> server;
    private final TokenEndpoint endpoint;
    private final Function<TokenRefused, Refusal> refusal;

    TrialTokens(Mono<AuthorizationServer> server, TokenEndpoint endpoint, Function<TokenRefused, Refusal> refusal) {
        this.refusal = refusal;
        this.server = server;
        this.endpoint = endpoint;
    }

    private record Tried(HttpHeaders headers) implements Token {

        static Tried of(Granted granted) {
            return new Tried(new ReadOnlyHttpHeaders(
                    true, "authorization", "Bearer " + granted.access().reveal()));
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Token on trial";
        }
    }

    @Override
    public Mono<Token> of(Caller caller) {
        return server.flatMap(endpoint::clientCredentials)
                .<Token>map(Tried::of)
                .onErrorMap(TokenRefused.class, refusal);
    }

    /** What whoever tries a credential is told. */
    static Refusal invalid(TokenRefused refused) {
        return new Refusal(new Reason.Invalid(
                List.of(new Reason.Invalid.Field("oauth_config", "was tried: " + refused.getMessage()))));
    }

    /** What a call is told that another credential was to help. */
    static Refusal failed(TokenRefused refused) {
        return new Refusal(new Reason.UpstreamFailed("no access token: " + refused.detail(), null, refused.how()));
    }

    @Override
    public Mono<Token> insteadOf(Token refused, Caller caller) {
        return Mono.empty();
    }
}
