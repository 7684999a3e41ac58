package io.penstock.caller.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.penstock.IssuerContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.authentication.ClientSecretAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.web.NimbusJwkSetEndpointFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2ClientAuthenticationFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2TokenEndpointFilter;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.json.JsonMapper;

/** Spring Authorization Server: its token and key set endpoints on a servlet container of their own, for one client. */
final class AuthorizationServer implements AutoCloseable {

    private static final String CLIENT = "agent";
    private static final String SECRET = "agents-own-secret";

    private final Tomcat tomcat = new Tomcat();
    private final Path folder;
    private final List<JWK> keys = new CopyOnWriteArrayList<>();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile boolean down;
    private volatile JWK signing;
    private volatile String audience = "penstock";

    AuthorizationServer() {
        rotate(rsa());
        try {
            folder = Files.createTempDirectory("authorization-server");
            tomcat.setBaseDir(folder.toString());
            tomcat.setHostname("localhost");
            tomcat.setPort(0);
            tomcat.getConnector().setProperty("address", "localhost");
            var context = tomcat.addContext("", null);
            Tomcat.addServlet(context, "none", new HttpServlet() {}).addMapping("/");
            var definition = new FilterDef();
            definition.setFilterName("oauth2");
            definition.setFilter(endpoints());
            context.addFilterDef(definition);
            var mapping = new FilterMap();
            mapping.setFilterName("oauth2");
            mapping.addURLPattern("/*");
            context.addFilterMap(mapping);
            tomcat.start();
        } catch (IOException | LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    String issuer() {
        return "http://localhost:" + tomcat.getConnector().getLocalPort();
    }

    String keySet() {
        return issuer() + "/oauth2/jwks";
    }

    /** How often the key set was asked for. */
    int reads() {
        return reads.get();
    }

    /** Whether the key set is answered with an error. */
    void setDown(boolean down) {
        this.down = down;
    }

    void setAudience(String audience) {
        this.audience = audience;
    }

    /** Signs with another key from now on, and publishes no other. */
    void rotate(JWK key) {
        keys.clear();
        keys.add(key);
        signing = key;
    }

    static JWK rsa() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static JWK ec() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An access token of the client's, by {@code client_credentials}. */
    String token() throws Exception {
        var basic = Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(URI.create(issuer() + "/oauth2/token"))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var body = client.send(request, BodyHandlers.ofString()).body();
            return JsonMapper.shared().readTree(body).required("access_token").asString();
        }
    }

    private Filter endpoints() {
        JWKSource<SecurityContext> published = (selector, context) -> selector.select(new JWKSet(List.copyOf(keys)));
        AuthenticationManager manager = manager(published);
        return new FilterChainProxy(new DefaultSecurityFilterChain(
                request -> true,
                this::countReads,
                new IssuerContext(this::issuer),
                new NimbusJwkSetEndpointFilter(published, "/oauth2/jwks"),
                new OAuth2ClientAuthenticationFilter(
                        manager, request -> request.getRequestURI().equals("/oauth2/token")),
                new OAuth2TokenEndpointFilter(manager, "/oauth2/token")));
    }

    private AuthenticationManager manager(JWKSource<SecurityContext> published) {
        var clients = new InMemoryRegisteredClientRepository(RegisteredClient.withId("1")
                .clientId(CLIENT)
                .clientSecret("{noop}" + SECRET)
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .build());
        var authorizations = new InMemoryOAuth2AuthorizationService();
        var tokens = new JwtGenerator(new NimbusJwtEncoder(published));
        tokens.setJwtCustomizer(token -> {
            var rsa = signing.getKeyType().getValue().equals("RSA");
            token.getJwsHeader()
                    .algorithm(rsa ? SignatureAlgorithm.RS256 : SignatureAlgorithm.ES256)
                    .keyId(signing.getKeyID())
                    .type("at+jwt");
            token.getClaims().audience(List.of(audience));
        });
        return new ProviderManager(
                new ClientSecretAuthenticationProvider(clients, authorizations),
                new OAuth2ClientCredentialsAuthenticationProvider(authorizations, tokens));
    }

    /** What a test does to the endpoint of the keys. */
    private void countReads(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (((HttpServletRequest) request).getRequestURI().equals("/oauth2/jwks")) {
            reads.incrementAndGet();
            if (down) {
                ((HttpServletResponse) response).sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
            FileSystemUtils.deleteRecursively(folder);
        } catch (LifecycleException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
