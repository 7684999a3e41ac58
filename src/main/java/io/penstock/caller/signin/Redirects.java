package io.penstock.caller.signin;

import io.penstock.caller.flow.Departure;
import io.penstock.caller.flow.Randoms;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The addresses at the provider that browsers are sent to.
 *
 * @param afterLogout where it sends them back after a logout there; the empty string leaves that to it
 */
record Redirects(Provider provider, String afterLogout) {

    /** The authorization request (RFC 6749, 4.1.1; RFC 7636, 4.3; OpenID Connect Core 1.0, 3.1.2.1). */
    URI authorize(URI endpoint, String state, Pending pending) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", provider.clientId());
        query.put("redirect_uri", provider.callback().toString());
        query.put("scope", provider.scopes());
        query.put("state", state);
        query.put("nonce", pending.nonce());
        query.put("code_challenge", Randoms.challenge(pending.verifier()));
        query.put("code_challenge_method", "S256");
        return Departure.address(endpoint, query);
    }

    /** The logout request (OpenID Connect RP-Initiated Logout 1.0, 2), with Cognito's own name for where to go then. */
    URI logout(URI endpoint) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", provider.clientId());
        if (!afterLogout.isBlank()) {
            boolean cognito = provider.kind() == Provider.Kind.COGNITO;
            query.put(cognito ? "logout_uri" : "post_logout_redirect_uri", afterLogout.strip());
        }
        return Departure.address(endpoint, query);
    }
}
