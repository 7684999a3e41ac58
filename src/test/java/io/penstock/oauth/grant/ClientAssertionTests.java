package io.penstock.oauth.grant;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.ClientKey;
import io.penstock.catalog.OAuthConfig.IdentityProvider;
import io.penstock.catalog.OAuthConfig.Subject;
import io.penstock.egress.Egresses;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.vault.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Clients that show themselves by a signature, at a server that notes what it is sent, and at Spring's, which verifies it. */
class ClientAssertionTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String ISSUER = "https://as.example.com";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.900Z");
    private static final String TYPE = "urn:ietf:params:oauth:token-type:";

    @RegisterExtension
    static final WireMockExtension PROVIDER = WireMockExtension.newInstance()
            .options(options().dynamicPort().bindAddress("127.0.0.1"))
            .build();

    private final ECKey key;
    private final TokenEndpoint endpoint = new TokenEndpoint(Egresses.toLoopback(), Clock.fixed(NOW, ZoneOffset.UTC));

    ClientAssertionTests() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    }

    @BeforeEach
    void answer() {
        PROVIDER.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withBody("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"issued_token_type\":\"" + TYPE
                                + "access_token\"}")));
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + PROVIDER.getPort() + path;
    }

    private AuthorizationServer server(@Nullable String issuer) {
        return server(
                issuer,
                url("/token"),
                url("/revoke"),
                new Client(
                        "id", null, new ClientKey(new Secret(key.toJSONString()), null), ClientAuth.PRIVATE_KEY_JWT));
    }

    private static AuthorizationServer server(@Nullable String issuer, String token, String revocation, Client client) {
        return new AuthorizationServer(
                issuer,
                null,
                URI.create(token),
                URI.create(revocation),
                client,
                false,
                List.of(),
                "https://up.example.com/mcp",
                true,
                null,
                List.of());
    }

    private static void run(Mono<?> work) {
        StepVerifier.create(work.then()).expectComplete().verify(LONG);
    }

    /** What was sent, after its signature and claims were looked at. */
    private SignedJWT verified(Map<String, List<String>> form, String id, String audience) throws Exception {
        assertThat(form.get("client_assertion_type"))
                .containsExactly("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        assertThat(form.get("client_id")).containsExactly(id);
        assertThat(form).doesNotContainKey("client_secret");
        var jwt = SignedJWT.parse(form.get("client_assertion").getFirst());
        assertThat(jwt.verify(new ECDSAVerifier(key.toECPublicKey()))).isTrue();
        var claims = jwt.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(id);
        assertThat(claims.getSubject()).isEqualTo(id);
        assertThat(jwt.getPayload().toJSONObject().get("aud")).isEqualTo(audience);
        assertThat(claims.getIssueTime()).isEqualTo("2026-01-01T00:00:00.000Z");
        assertThat(claims.getExpirationTime()).isEqualTo("2026-01-01T00:01:00.000Z");
        assertThat(claims.getJWTID()).hasSizeGreaterThan(20);
        return jwt;
    }

    private static List<Map<String, List<String>>> forms() {
        return PROVIDER.getAllServeEvents().reversed().stream()
                .map(event -> {
                    assertThat(event.getRequest().getHeader("Authorization")).isNull();
                    return new QueryStringDecoder("?" + event.getRequest().getBodyAsString()).parameters();
                })
                .toList();
    }

    @Test
    void everyRequestOfTheClientIsSignedAnew() throws Exception {
        var server = server(ISSUER);
        run(endpoint.clientCredentials(server));
        run(endpoint.code(server, "code", URI.create("https://gateway.example.com/oauth/callback"), "verifier"));
        run(endpoint.refresh(server, new Secret("refresh")));
        run(endpoint.exchange(server, Subject.JWT, new Secret("caller's")));
        run(endpoint.asserted(server, new Secret("word")));
        run(endpoint.revoke(server, null, new Secret("old")));

        var ids = new HashSet<String>();
        for (var form : forms()) {
            var jwt = verified(form, "id", ISSUER);
            assertThat(jwt.getHeader().getKeyID()).isEqualTo("k");
            ids.add(jwt.getJWTClaimsSet().getJWTID());
        }
        assertThat(ids).hasSize(6);
        assertThat(forms().getLast()).containsKey("token");
    }

    /** A server may note the ids that it has seen. */
    @Test
    void whatIsAskedAgainIsSignedAgain() {
        var asking = endpoint.clientCredentials(server(ISSUER));
        run(asking);
        run(asking);

        assertThat(forms()).extracting(form -> form.get("client_assertion")).doesNotHaveDuplicates();
    }

    @Test
    void theTokenEndpointIsTheAudienceOfAServerThatIsNotKnownByName() throws Exception {
        run(endpoint.clientCredentials(server(null)));
        run(endpoint.revoke(server(null), null, new Secret("old")));

        for (var form : forms()) {
            verified(form, "id", url("/token"));
        }
    }

    @Test
    void theIdentityProviderIsShownItsOwnClient() throws Exception {
        PROVIDER.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withBody("{\"access_token\":\"word\",\"token_type\":\"N_A\",\"issued_token_type\":\"" + TYPE
                                + "id-jag\"}")));
        var idp = new IdentityProvider(
                URI.create(url("/idp")),
                "at the idp",
                null,
                new ClientKey(new Secret(key.toJSONString()), "theirs"),
                ClientAuth.PRIVATE_KEY_JWT);

        run(endpoint.assertion(idp, server(ISSUER), ISSUER, Subject.ID_TOKEN, new Secret("caller's")));

        var jwt = verified(forms().getFirst(), "at the idp", url("/idp"));
        assertThat(jwt.getHeader().getKeyID()).isEqualTo("theirs");
    }

    @Test
    void aKeyThatCannotSignIsToldAsSuch() {
        var client =
                new Client("id", null, new ClientKey(new Secret("no key: s3cret"), null), ClientAuth.PRIVATE_KEY_JWT);

        StepVerifier.create(endpoint.clientCredentials(server(ISSUER, url("/token"), url("/revoke"), client)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TokenRefused.class)
                        .hasMessageContaining("client_key")
                        .message()
                        .doesNotContain("s3cret"))
                .verify(LONG);
        assertThat(PROVIDER.getAllServeEvents()).isEmpty();
    }

    /** Its signature is looked at by somebody else's code, with the key that the client publishes. */
    @ParameterizedTest
    @CsvSource({KeyedServer.RSA + ",true", KeyedServer.P256 + ",true", KeyedServer.P384 + ",false"})
    void springsServerTakesIt(String id, boolean pem) throws Exception {
        try (var spring = new KeyedServer()) {
            var real = new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC());
            var text = new Secret(pem ? spring.pem(id) : spring.jwk(id));
            var client = new Client(id, null, new ClientKey(text, null), ClientAuth.PRIVATE_KEY_JWT);
            var named = server(spring.issuer(), spring.token(), spring.revocation(), client);
            var unnamed = server(null, spring.token(), spring.revocation(), client);

            var tokens =
                    Objects.requireNonNull(Flux.concat(real.clientCredentials(named), real.clientCredentials(unnamed))
                            .map(Granted::access)
                            .collectList()
                            .block(LONG));

            assertThat(tokens).hasSize(2).allMatch(token -> spring.knows(token.reveal()));
            run(real.revoke(named, null, tokens.getFirst()));
            assertThat(spring.knows(tokens.getFirst().reveal())).isFalse();
        }
    }

    @Test
    void springsServerRefusesAnotherKey() throws IOException, JOSEException {
        try (var spring = new KeyedServer()) {
            var client = new Client(
                    KeyedServer.P256,
                    null,
                    new ClientKey(new Secret(key.toJSONString()), null),
                    ClientAuth.PRIVATE_KEY_JWT);

            StepVerifier.create(new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC())
                            .clientCredentials(server(spring.issuer(), spring.token(), spring.revocation(), client)))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .hasMessageContaining("invalid_client")
                            .hasMessageContaining("client_key"))
                    .verify(LONG);
        }
    }
}
