package io.penstock.oauth.grant;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import io.penstock.caller.flow.Randoms;
import io.penstock.catalog.OAuthConfig.ClientKey;
import io.penstock.oauth.server.AuthorizationServer.Client;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** The word of a client on who it is, signed with its own key, for one request (RFC 7523, 2.2 and 3; OpenID Connect Core 1.0, 9). */
final class ClientAssertion {

    private static final Duration LIFE = Duration.ofSeconds(60);

    private ClientAssertion() {}

    /**
     * Another one. Its one audience is the server and not the endpoint that is asked (draft-ietf-oauth-rfc7523bis): a server that publishes
     * another's endpoint as its own gets nothing that would be good there.
     *
     * @throws TokenRefused where the client has no key that can sign
     */
    static String sign(Client client, String addressee, Instant now) throws TokenRefused {
        ClientKey key = client.key();
        if (key == null) {
            throw TokenRefused.refused("private_key_jwt needs client_key");
        }
        var claims = new JWTClaimsSet.Builder()
                .issuer(client.id())
                .subject(client.id())
                .audience(addressee)
                .jwtID(Randoms.next())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .build();
        try {
            return AssertionKey.read(key.key()).sign(claims, key.id());
        } catch (AssertionKey.Refused | JOSEException e) {
            throw TokenRefused.refused("client_key is no key that can sign");
        }
    }
}
