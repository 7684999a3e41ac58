package io.penstock.caller.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.penstock.dev.Servlets;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.ClientSecretAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenRevocationAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContext;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContextHolder;
import org.springframework.security.oauth2.server.authorization.oidc.web.OidcProviderConfigurationEndpointFilter;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2RefreshTokenGenerator;
import org.springframework.security.oauth2.server.authorization.web.NimbusJwkSetEndpointFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2AuthorizationEndpointFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2ClientAuthenticationFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2TokenEndpointFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2TokenRevocationEndpointFilter;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;

/**
 * Spring Authorization Server as an OpenID Connect provider for one client, which must use PKCE. Whoever a test says sits at the browser is
 * signed in there already.
 */
public final class IdentityProvider implements AutoCloseable {

    public static final String CLIENT = "penstock-client";
    public static final String SECRET = "penstock-client:own secret+%";

    private final Servlets servlets = new Servlets(0);
    private final List<JWK> keys = new CopyOnWriteArrayList<>();
    private final InMemoryOAuth2AuthorizationService authorizations = new InMemoryOAuth2AuthorizationService();
    private volatile String callback = "http://localhost/oauth/callback";
    private volatile String user = "ann@example.com";
    private volatile Map<String, Object> claims = Map.of();
    private volatile boolean down;

    public IdentityProvider() throws IOException {
        rotate();
        servlets.serve("none", new HttpServlet() {}, "/");
        servlets.filter("oauth2", endpoints());
        servlets.start();
    }

    public String issuer() {
        return servlets.url("");
    }

    /** Where the client's browsers may be sent back to. */
    public void callback(String address) {
        callback = address;
    }

    /** Who sits at the browser from now on, with the groups that the ID token names. */
    public void signIn(String email, String... groups) {
        user = email;
        claims = Map.of("email", email, "email_verified", true, "groups", List.of(groups));
    }

    /** What the ID token says beside that. */
    public void claims(Map<String, Object> said) {
        claims = said;
    }

    /** Whether it still takes that access token for one of its own. */
    public boolean knows(String access) {
        var authorization = authorizations.findByToken(access, OAuth2TokenType.ACCESS_TOKEN);
        return authorization != null && authorization.getAccessToken().isActive();
    }

    /** Whether all of it answers with an error. */
    public void down(boolean isDown) {
        down = isDown;
    }

    /** Signs with another key from now on, and publishes no other. */
    public void rotate() {
        try {
            keys.addFirst(new RSAKeyGenerator(2048)
                    .keyID(UUID.randomUUID().toString())
                    .generate());
            keys.subList(1, keys.size()).clear();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private Filter endpoints() {
        JWKSource<SecurityContext> published = (selector, context) -> selector.select(new JWKSet(List.copyOf(keys)));
        AuthenticationManager manager = manager(published);
        return new FilterChainProxy(new DefaultSecurityFilterChain(
                request -> true,
                new AtTheBrowser(),
                new OidcProviderConfigurationEndpointFilter(),
                new NimbusJwkSetEndpointFilter(published, "/oauth2/jwks"),
                new OAuth2ClientAuthenticationFilter(
                        manager,
                        request -> Set.of("/oauth2/token", "/oauth2/revoke").contains(request.getRequestURI())),
                new OAuth2AuthorizationEndpointFilter(manager, "/oauth2/authorize"),
                new OAuth2TokenEndpointFilter(manager, "/oauth2/token"),
                new OAuth2TokenRevocationEndpointFilter(manager, "/oauth2/revoke")));
    }

    private AuthenticationManager manager(JWKSource<SecurityContext> published) {
        var clients = new OneClient();
        var jwts = new JwtGenerator(new NimbusJwtEncoder(published));
        jwts.setJwtCustomizer(token -> {
            token.getJwsHeader()
                    .algorithm(SignatureAlgorithm.RS256)
                    .keyId(keys.getFirst().getKeyID());
            if (token.getTokenType().getValue().equals("id_token")) {
                token.getClaims().claims(all -> all.putAll(claims));
            }
        });
        var tokens = new DelegatingOAuth2TokenGenerator(jwts, new OAuth2RefreshTokenGenerator());
        return new ProviderManager(
                new ClientSecretAuthenticationProvider(clients, authorizations),
                new OAuth2RefreshTokenAuthenticationProvider(authorizations, tokens),
                new OAuth2TokenRevocationAuthenticationProvider(authorizations),
                new OAuth2AuthorizationCodeRequestAuthenticationProvider(
                        clients, authorizations, new InMemoryOAuth2AuthorizationConsentService()),
                new OAuth2AuthorizationCodeAuthenticationProvider(authorizations, tokens));
    }

    /** The client, which is sent back to where the test says. */
    private final class OneClient implements RegisteredClientRepository {

        /** It would keep another encoding of the secret. */
        @Override
        public void save(RegisteredClient client) {}

        @Override
        public RegisteredClient findById(String id) {
            return RegisteredClient.withId("1")
                    .clientId(CLIENT)
                    .clientSecret("{noop}" + SECRET)
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                    .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                    .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                    .redirectUri(callback)
                    .scopes(scopes -> scopes.addAll(List.of("openid", "profile", "email", "groups")))
                    .clientSettings(
                            ClientSettings.builder().requireProofKey(true).build())
                    .build();
        }

        @Override
        public RegisteredClient findByClientId(String clientId) {
            return clientId.equals(CLIENT) ? findById("1") : null;
        }
    }

    /** What Spring's own configuration puts around the endpoints, and what a test does to them. */
    private final class AtTheBrowser implements Filter {

        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            if (down) {
                ((HttpServletResponse) response).sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                return;
            }
            AuthorizationServerContextHolder.setContext(new Here());
            if (((HttpServletRequest) request).getRequestURI().equals("/oauth2/authorize")) {
                var person = UsernamePasswordAuthenticationToken.authenticated(user, null, List.of());
                SecurityContextHolder.getContext().setAuthentication(person);
            }
            try {
                chain.doFilter(request, response);
            } finally {
                AuthorizationServerContextHolder.resetContext();
                SecurityContextHolder.clearContext();
            }
        }
    }

    private final class Here implements AuthorizationServerContext {

        @Override
        public String getIssuer() {
            return issuer();
        }

        @Override
        public AuthorizationServerSettings getAuthorizationServerSettings() {
            return AuthorizationServerSettings.builder().issuer(issuer()).build();
        }
    }

    @Override
    public void close() {
        servlets.close();
    }
}
