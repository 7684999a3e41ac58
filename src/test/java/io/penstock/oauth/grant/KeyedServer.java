package io.penstock.oauth.grant;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.penstock.IssuerContext;
import io.penstock.dev.Servlets;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenRevocationAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.OAuth2AccessTokenGenerator;
import org.springframework.security.oauth2.server.authorization.web.OAuth2ClientAuthenticationFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2TokenEndpointFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2TokenRevocationEndpointFilter;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;

/**
 * Spring Authorization Server whose clients show themselves by signatures (private_key_jwt): it reads the public keys of each at the address
 * that the client was registered with.
 */
public final class KeyedServer implements AutoCloseable {

    /** Clients with a key of their kind each. */
    public static final String RSA = "rsa-client";

    public static final String P256 = "p256-client";
    public static final String P384 = "p384-client";

    private static final Set<String> ENDPOINTS = Set.of("/oauth2/token", "/oauth2/revoke");

    private final Servlets servlets = new Servlets(0);
    private final InMemoryOAuth2AuthorizationService authorizations = new InMemoryOAuth2AuthorizationService();
    private final Map<String, JWK> keys = new ConcurrentHashMap<>();
    private final Map<String, RegisteredClient> clients = new ConcurrentHashMap<>();

    public KeyedServer() throws IOException, JOSEException {
        servlets.serve("keys", new PublicKeys(), "/keys/*");
        servlets.serve("none", new HttpServlet() {}, "/");
        servlets.filter("oauth2", endpoints());
        servlets.start();
        register(
                RSA,
                SignatureAlgorithm.RS256,
                new RSAKeyGenerator(2048).keyID("r").generate());
        register(
                P256,
                SignatureAlgorithm.ES256,
                new ECKeyGenerator(Curve.P_256).keyID("p").generate());
        register(
                P384,
                SignatureAlgorithm.ES384,
                new ECKeyGenerator(Curve.P_384).keyID("q").generate());
    }

    public String issuer() {
        return servlets.url("");
    }

    public String token() {
        return servlets.url("/oauth2/token");
    }

    public String revocation() {
        return servlets.url("/oauth2/revoke");
    }

    /** The client's private key as a JWK. */
    public String jwk(String client) {
        return keys.get(client).toJSONString();
    }

    /** The client's private key as PEM, as {@code openssl genpkey} writes one. */
    public String pem(String client) throws JOSEException {
        JWK key = keys.get(client);
        byte[] der = (key.getKeyType().getValue().equals("RSA")
                        ? key.toRSAKey().toRSAPrivateKey()
                        : key.toECKey().toECPrivateKey())
                .getEncoded();
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PRIVATE KEY-----\n";
    }

    /** Whether it still takes that access token for one of its own. */
    public boolean knows(String access) {
        var authorization = authorizations.findByToken(access, OAuth2TokenType.ACCESS_TOKEN);
        return authorization != null && authorization.getAccessToken().isActive();
    }

    private void register(String id, SignatureAlgorithm algorithm, JWK key) {
        keys.put(id, key);
        clients.put(
                id,
                RegisteredClient.withId(id)
                        .clientId(id)
                        .clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
                        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                        .scope("mcp:read")
                        .clientSettings(ClientSettings.builder()
                                .jwkSetUrl(servlets.url("/keys/" + id))
                                .tokenEndpointAuthenticationSigningAlgorithm(algorithm)
                                .build())
                        .tokenSettings(TokenSettings.builder()
                                .accessTokenFormat(OAuth2TokenFormat.REFERENCE)
                                .build())
                        .build());
    }

    private Filter endpoints() {
        var registered = new Registered();
        AuthenticationManager manager = new ProviderManager(
                new JwtClientAssertionAuthenticationProvider(registered, authorizations),
                new OAuth2ClientCredentialsAuthenticationProvider(authorizations, new OAuth2AccessTokenGenerator()),
                new OAuth2TokenRevocationAuthenticationProvider(authorizations));
        return new FilterChainProxy(new DefaultSecurityFilterChain(
                request -> ENDPOINTS.contains(request.getRequestURI()),
                new IssuerContext(this::issuer),
                new OAuth2ClientAuthenticationFilter(manager, request -> ENDPOINTS.contains(request.getRequestURI())),
                new OAuth2TokenEndpointFilter(manager, "/oauth2/token"),
                new OAuth2TokenRevocationEndpointFilter(manager, "/oauth2/revoke")));
    }

    private final class Registered implements RegisteredClientRepository {

        @Override
        public void save(RegisteredClient client) {}

        @Override
        public RegisteredClient findById(String id) {
            return clients.get(id);
        }

        @Override
        public RegisteredClient findByClientId(String clientId) {
            return clients.get(clientId);
        }
    }

    /** Where clients publish their keys (RFC 7591, 2: {@code jwks_uri}). */
    private final class PublicKeys extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            JWK key = keys.get(request.getPathInfo().substring(1));
            response.setContentType("application/json");
            response.getWriter().write(new JWKSet(key).toString(true));
        }
    }

    @Override
    public void close() {
        servlets.close();
    }
}
