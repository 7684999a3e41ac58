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
import reactor.core.publisher.Mono;

/** A token for a credential that is only tried: asked for each time and kept nowhere, so that no call gets it. */
final class TrialTokens implements AccessTokens.Source {

    private final Mono<AuthorizationServer> server;
    private final TokenEndpoint endpoint;

    TrialTokens(Mono<AuthorizationServer> server, TokenEndpoint endpoint) {
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
                .onErrorMap(
                        TokenRefused.class,
                        refused -> new Refusal(new Reason.Invalid(List.of(
                                new Reason.Invalid.Field("oauth_config", "was tried: " + refused.getMessage())))));
    }

    @Override
    public Mono<Token> insteadOf(Token refused, Caller caller) {
        return Mono.empty();
    }
}
