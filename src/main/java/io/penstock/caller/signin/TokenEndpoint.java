package io.penstock.caller.signin;

import io.penstock.caller.BearerToken;
import io.penstock.caller.signin.SignInSettings.ClientAuthMethod;
import io.penstock.egress.Form;
import io.penstock.egress.JsonAnswer;
import io.penstock.vault.Secret;
import java.net.URI;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Exchanges codes for ID tokens (RFC 6749, 4.1.3; OpenID Connect Core 1.0, 3.1.3). Follows no redirect and repeats nothing. */
final class TokenEndpoint {

    private static final String NAME = "token endpoint";
    private static final int LONGEST = 32 * 1024;

    private final Provider provider;
    private final ClientAuthMethod method;
    private final HttpClient client;

    TokenEndpoint(Provider provider, ClientAuthMethod method, HttpClient client) {
        this.provider = provider;
        this.method = method;
        this.client = client;
    }

    /**
     * The ID token of a code, unverified. Never empty. Error: {@code Unauthenticated} for a code that is not good any more,
     * {@code UpstreamFailed} or {@code UpstreamTimedOut} where the endpoint did not do its part.
     */
    Mono<Secret> exchange(URI endpoint, String code, String verifier) {
        var form = new Form();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", provider.callback().toString());
        form.put("code_verifier", verifier);
        String secret = provider.clientSecret().reveal();
        if (method == ClientAuthMethod.CLIENT_SECRET_POST) {
            form.put("client_id", provider.clientId());
            form.put("client_secret", secret);
        }
        String authorization =
                method == ClientAuthMethod.CLIENT_SECRET_BASIC ? Form.basic(provider.clientId(), secret) : null;
        return form.post(client, endpoint, authorization)
                .response(JsonAnswer::read)
                .single()
                .timeout(JsonAnswer.PATIENCE)
                .onErrorMap(error -> Faults.of(error, NAME))
                .map(TokenEndpoint::idToken);
    }

    private static Secret idToken(JsonAnswer answer) {
        if (answer.status() != 200) {
            throw refused(answer);
        }
        if (answer.object() == null) {
            throw Faults.failed("answered no JSON object", NAME);
        }
        String type = answer.text("token_type");
        if (type != null && !type.equalsIgnoreCase("Bearer")) {
            throw Faults.failed("answered with tokens of a type that is not known here", NAME);
        }
        String token = answer.text("id_token");
        if (token == null || token.length() > LONGEST) {
            throw Faults.failed(
                    "gave no ID token: MCP_AUTH_SCOPES must hold openid, and the provider speak OpenID Connect", NAME);
        }
        return new Secret(token);
    }

    /** RFC 6749, 5.2; what the endpoint says beside the code of the error is not repeated. */
    private static RuntimeException refused(JsonAnswer answer) {
        String error = answer.text("error");
        return switch (error == null ? "" : error) {
            case "invalid_grant" ->
                BearerToken.refused("The identity provider did not take the code of this sign-in: sign in again");
            case "invalid_client", "unauthorized_client" ->
                Faults.failed(
                        "refused this gateway's client id or secret, or how it shows them (MCP_AUTH_CLIENT_AUTH_METHOD)",
                        NAME);
            default -> Faults.failed("answered " + answer.status(), NAME);
        };
    }
}
