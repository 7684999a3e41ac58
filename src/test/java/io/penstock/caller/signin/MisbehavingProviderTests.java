package io.penstock.caller.signin;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.caller.Acquaintance;
import io.penstock.caller.Caller;
import io.penstock.caller.Directory;
import io.penstock.caller.flow.Callback;
import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.Flows;
import io.penstock.caller.flow.Randoms;
import io.penstock.caller.jwt.IdTokens;
import io.penstock.caller.session.CookiePolicy;
import io.penstock.caller.signin.SignIn.Proven;
import io.penstock.loop.Rounds;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** What an identity provider may do instead of its part, and what its ID tokens may say instead of the truth. */
class MisbehavingProviderTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String CLIENT = "client";
    private static final RSAKey KEY = key();

    @RegisterExtension
    private final WireMockExtension idp =
            WireMockExtension.newInstance().options(options().dynamicPort()).build();

    private final Map<String, String> kept = new ConcurrentHashMap<>();
    private final InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private boolean enabled = true;
    private SignIn signIn;
    private String issuer;
    private String state = "";
    private Secret browser;
    private String cookie = "";

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID("one").generate();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Flows as a map. */
    private final Flows flows = new Flows() {
        @Override
        public Mono<Void> keep(Kind kind, Ticket ticket, String content) {
            return Mono.fromRunnable(() -> kept.put(ticket.state() + ticket.browser(), content));
        }

        @Override
        public Mono<String> spend(Kind kind, Ticket ticket) {
            return Mono.fromSupplier(() -> kept.remove(ticket.state() + ticket.browser()));
        }

        @Override
        public Mono<Kind> kind(String state) {
            return Mono.just(Kind.SIGN_IN);
        }

        @Override
        public Mono<Void> forget() {
            return Mono.empty();
        }
    };

    private final Directory directory = new Directory() {
        @Override
        public Mono<Caller> complete(Caller recognised) {
            return enabled
                    ? Mono.just(recognised)
                    : Mono.error(new Refusal(new Reason.Unauthenticated("This user is switched off")));
        }

        @Override
        public Mono<Acquaintance> read() {
            return Mono.just(this);
        }

        @Override
        public Mono<Void> refresh() {
            return Mono.empty();
        }
    };

    private static final Rounds ROUNDS = new Rounds() {
        @Override
        public void repeat(String name, Duration pause, Mono<Void> round) {}

        @Override
        public <T> Mono<T> detach(String name, Mono<T> work) {
            return work;
        }
    };

    @BeforeEach
    void start() {
        issuer = idp.baseUrl();
        idp.stubFor(get("/jwks").willReturn(aResponse().withBody(new JWKSet(KEY.toPublicJWK()).toString())));
        publish(Map.of());
        signIn = of(Set.of(), List.of("groups", "cognito:groups"));
    }

    private void publish(Map<String, Object> changes) {
        var document = new java.util.LinkedHashMap<String, Object>(Map.of(
                "issuer", issuer,
                "authorization_endpoint", issuer + "/authorize?policy=p",
                "token_endpoint", issuer + "/token",
                "jwks_uri", issuer + "/jwks",
                "end_session_endpoint", issuer + "/logout",
                "code_challenge_methods_supported", List.of("plain", "S256")));
        document.putAll(changes);
        idp.stubFor(get("/.well-known/openid-configuration")
                .willReturn(aResponse()
                        .withBody(
                                tools.jackson.databind.json.JsonMapper.shared().writeValueAsString(document))));
    }

    private SignIn of(Set<String> domains, List<String> groups) {
        var provider = new Provider(
                Provider.Kind.GENERIC,
                issuer,
                CLIENT,
                new Secret("a secret: with+signs"),
                URI.create("https://gateway.example.com/oauth/callback"),
                "openid email",
                null);
        var client = HttpClient.create().followRedirect(false);
        var metadata = new Metadata(issuer, false, client, InstantSource.system());
        return new OidcSignIn(
                provider,
                metadata.endpoints(),
                flows,
                new TokenEndpoint(provider, SignInSettings.ClientAuthMethod.CLIENT_SECRET_BASIC, client),
                IdTokens.of(issuer, CLIENT, metadata.endpoints().map(Endpoints::jwks), client, ROUNDS),
                new Person.Reading("email", groups, domains),
                directory,
                new FlowCookies(new CookiePolicy(true)),
                new Redirects(provider, "https://gateway.example.com/"),
                io.penstock.caller.proxy.Addresses.ofSockets());
    }

    private Request request(String... cookies) {
        var headers = new DefaultHttpHeaders();
        headers.set("cookie", String.join("; ", cookies));
        return new Request("GET", "/oauth/callback", headers, peer, "correlation");
    }

    private void begin() {
        var begun = signIn.begin(null, "/after", request()).blockOptional(LONG).orElseThrow();
        state = begun.to().getQuery().replaceAll(".*state=([^&]+).*", "$1");
        browser = begun.browser();
        cookie = begun.cookie();
    }

    private Mono<Proven> finish(String iss) {
        return signIn.finish(
                new Callback(null, state, "the-code", null, iss), request(cookie + "=" + browser.reveal()));
    }

    private Reason refused() {
        return refused(null);
    }

    private Reason refused(String iss) {
        try {
            var _ = finish(iss).block(LONG);
        } catch (Refusal refusal) {
            assertThat(refusal.reason().detail()).doesNotContain("hush", "http:", "secret:");
            return refusal.reason();
        }
        throw new AssertionError("It was not refused");
    }

    private void answers(ResponseDefinitionBuilder answer) {
        idp.stubFor(post("/token").willReturn(answer));
    }

    private void answersWith(String idToken) {
        answers(aResponse()
                .withBody("{\"access_token\":\"hush\",\"token_type\":\"bearer\",\"id_token\":\"" + idToken + "\"}"));
    }

    private String nonce() {
        return Pending.of(kept.values().iterator().next()).nonce();
    }

    private String signed(Consumer<JWTClaimsSet.Builder> change) {
        return signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(), change);
    }

    private String signed(JWSHeader header, Consumer<JWTClaimsSet.Builder> change) {
        try {
            var token = new SignedJWT(header, claims(change));
            token.sign(new RSASSASigner(KEY));
            return token.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> change) {
        var now = Instant.now();
        var claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(CLIENT)
                .subject("1234")
                .claim("email", "Ann@Example.com")
                .claim("email_verified", true)
                .claim("groups", List.of("mcp-user"))
                .claim("nonce", nonce())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
        change.accept(claims);
        return claims.build();
    }

    @Test
    void oneThatDoesItsPartIsBelieved() {
        begin();
        String verifier = Pending.of(kept.values().iterator().next()).verifier();
        answersWith(signed(claims -> {}));

        var proven = finish(issuer).blockOptional(LONG).orElseThrow();

        assertThat(proven.user()).isEqualTo("ann@example.com");
        assertThat(proven.groups()).containsExactly("mcp-user");
        assertThat(proven.returnTo()).isEqualTo("/after");
        assertThat(proven.issuer()).isEqualTo(issuer);
        assertThat(cookie).startsWith("__Host-penstock_flow_");
        var sent = idp.findAll(postRequestedFor(urlEqualTo("/token"))).getFirst();
        assertThat(sent.getBodyAsString())
                .contains("grant_type=authorization_code", "code=the-code", "code_verifier=" + verifier)
                .doesNotContain("secret");
        assertThat(sent.getHeader("Authorization"))
                .isEqualTo("Basic "
                        + java.util.Base64.getEncoder()
                                .encodeToString("client:a+secret%3A+with%2Bsigns"
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    @Test
    void theBrowserIsSentWithAllThatBindsTheAnswerToIt() {
        var begun = signIn.begin("generic", null, request()).blockOptional(LONG).orElseThrow();
        var pending = Pending.of(kept.values().iterator().next());

        assertThat(begun.to().toString())
                .startsWith(
                        issuer
                                + "/authorize?policy=p&response_type=code&client_id=client&redirect_uri=https%3A%2F%2Fgateway.example.com%2Foauth%2Fcallback&scope=openid%20email&state=")
                .contains("&nonce=" + pending.nonce(), "&code_challenge_method=S256")
                .contains("&code_challenge=" + Randoms.challenge(pending.verifier()))
                .doesNotContain(pending.verifier(), begun.browser().reveal());
        assertThat(signIn.logout().block(LONG).toString())
                .isEqualTo(issuer
                        + "/logout?client_id=client&post_logout_redirect_uri=https%3A%2F%2Fgateway.example.com%2F");
    }

    /** The example of RFC 7636, appendix B. */
    @Test
    void theChallengeIsTheStandards() {
        assertThat(Randoms.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
                .isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    /** O9: no redirect is followed, with the code and the secret in hand. */
    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aRedirectIsNotFollowed(int status) {
        begin();
        answers(aResponse().withStatus(status).withHeader("Location", issuer + "/elsewhere"));

        assertThat(refused().detail()).contains("token endpoint answered " + status);
        idp.verify(0, postRequestedFor(urlEqualTo("/elsewhere")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>hush</html>",
                "",
                "[]",
                "null",
                "{}",
                "{\"id_token\":7}",
                "{\"access_token\":\"hush\"}",
                "{\"id_token\":\"a\",\"id_token\":\"b\"}",
                "{\"id_token\":\"hush\",\"token_type\":\"mac\"}",
                "{\"id_token\":"
            })
    void whatIsNoTokenResponseIsNotUsed(String body) {
        begin();
        answers(aResponse().withBody(body));

        assertThat(refused()).isInstanceOf(Reason.UpstreamFailed.class);
    }

    @Test
    void aHugeBodyIsNotReadToItsEnd() {
        begin();
        answers(aResponse().withBody("{\"id_token\":\"" + "x".repeat(10_000_000) + "\"}"));

        assertThat(refused().detail()).contains("more than 65536 bytes");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aBrokenConnectionIsAFailureAndTheCodeIsSentOnce(Fault fault) {
        begin();
        answers(aResponse().withFault(fault));

        assertThat(refused()).isInstanceOf(Reason.UpstreamFailed.class);
        idp.verify(1, postRequestedFor(urlEqualTo("/token")));
    }

    @Test
    void anErrorOfTheTokenEndpointIsToldWithoutItsWords() {
        begin();
        answers(aResponse().withStatus(400).withBody("{\"error\":\"invalid_grant\",\"error_description\":\"hush\"}"));
        assertThat(refused()).isInstanceOf(Reason.Unauthenticated.class);
        begin();
        answers(aResponse().withStatus(401).withBody("{\"error\":\"invalid_client\",\"error_description\":\"hush\"}"));

        assertThat(refused().detail()).contains("MCP_AUTH_CLIENT_AUTH_METHOD");
    }

    /** A token that is not for this sign-in, this client or this time. */
    @Test
    void anIdTokenThatSaysSomethingElseIsNotBelieved() {
        List<Map.Entry<String, Consumer<JWTClaimsSet.Builder>>> wrong = List.of(
                Map.entry("nonce", claims -> claims.claim("nonce", Randoms.next())),
                Map.entry("nonce", claims -> claims.claim("nonce", null)),
                Map.entry("nonce", claims -> claims.claim("nonce", 7)),
                Map.entry("iss", claims -> claims.issuer("https://evil.example.com")),
                Map.entry("iss", claims -> claims.issuer(issuer + "/")),
                Map.entry("iss", claims -> claims.issuer(null)),
                Map.entry("aud", claims -> claims.audience("another")),
                Map.entry("aud", claims -> claims.audience(List.of())),
                Map.entry("azp", claims -> claims.audience(List.of(CLIENT, "another"))),
                Map.entry("azp", claims -> claims.claim("azp", "another")),
                Map.entry("exp", claims -> claims.expirationTime(null)),
                Map.entry(
                        "expired",
                        claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(120)))),
                Map.entry("iat", claims -> claims.issueTime(null)),
                Map.entry(
                        "not valid yet",
                        claims -> claims.issueTime(Date.from(Instant.now().plusSeconds(120)))),
                Map.entry(
                        "not valid yet",
                        claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(120)))),
                Map.entry("another kind", claims -> claims.claim("token_use", "access")),
                Map.entry("email", claims -> claims.claim("email", null)),
                Map.entry("email", claims -> claims.claim("email", List.of("ann@example.com"))),
                Map.entry("email", claims -> claims.claim("email", "a@b@example.com")),
                Map.entry("verified", claims -> claims.claim("email_verified", false)),
                Map.entry("verified", claims -> claims.claim("email_verified", "false")),
                Map.entry("groups", claims -> claims.claim("groups", List.of(7))),
                Map.entry("groups", claims -> claims.claim("groups", Map.of("mcp-admin", true))),
                Map.entry("groups", claims -> claims.claim("_claim_names", Map.of("groups", "src1"))));
        wrong.forEach(change -> {
            begin();
            answersWith(signed(change.getValue()));
            assertThat(refused())
                    .isInstanceOfSatisfying(
                            Reason.Unauthenticated.class,
                            reason -> assertThat(reason.detail()).contains(change.getKey()));
        });
    }

    /** S7, S8. */
    @Test
    void anIdTokenThatIsNotSignedWithThePublishedKeyIsNotBelieved() throws Exception {
        begin();
        answersWith(new PlainJWT(claims(claims -> {})).serialize());
        assertThat(refused()).isInstanceOf(Reason.Unauthenticated.class);
        begin();
        var symmetric = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), claims(claims -> {}));
        symmetric.sign(new MACSigner(KEY.toRSAPublicKey().getEncoded()));
        answersWith(symmetric.serialize());
        assertThat(refused()).isInstanceOf(Reason.Unauthenticated.class);
        begin();
        String token = signed(claims -> {});
        answersWith(token.substring(0, token.lastIndexOf('.') + 1));
        assertThat(refused()).isInstanceOf(Reason.Unauthenticated.class);
        begin();
        answersWith(signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("one")
                        .jwk(KEY.toPublicJWK())
                        .build(),
                claims -> {}));
        assertThat(refused()).isInstanceOf(Reason.Unauthenticated.class);
        begin();
        answersWith(signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("one")
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                claims -> {}));
        assertThat(refused()).isInstanceOf(Reason.Unauthenticated.class);
    }

    /** O3, RFC 9207. */
    @Test
    void anIssuerThatSaysItNamesItselfHasTo() {
        publish(Map.of("authorization_response_iss_parameter_supported", true));
        begin();
        answersWith(signed(claims -> {}));
        assertThat(refused(null).detail()).contains("(iss)");
        begin();
        assertThat(refused(issuer + "/").detail()).contains("(iss)");
        idp.verify(0, postRequestedFor(urlEqualTo("/token")));
        begin();
        answersWith(signed(claims -> {}));

        assertThat(finish(issuer).block(LONG)).isNotNull();
    }

    /** O2, O8. */
    @Test
    void metadataThatCannotBeTrustedAreNotUsed() {
        for (Map<String, Object> change : List.<Map<String, Object>>of(
                Map.of("issuer", "https://evil.example.com"),
                Map.of("issuer", issuer + "/"),
                Map.of("authorization_endpoint", "javascript:alert(1)"),
                Map.of("authorization_endpoint", "http://idp.example.com/authorize"),
                Map.of("token_endpoint", "file:///etc/passwd"),
                Map.of("token_endpoint", "https://me:hush@idp.example.com/token"),
                Map.of("jwks_uri", 7),
                Map.of("code_challenge_methods_supported", List.of("plain")))) {
            publish(change);
            signIn = of(Set.of(), List.of("groups"));
            try {
                begin();
                throw new AssertionError("It was used: " + change);
            } catch (Refusal refusal) {
                assertThat(refusal.reason()).isInstanceOf(Reason.Unavailable.class);
            }
        }
    }

    @Test
    void aUserWhoIsSwitchedOffHereDoesNotComeIn() {
        begin();
        answersWith(signed(claims -> {}));
        enabled = false;

        assertThat(refused().detail()).contains("switched off");
    }

    @Test
    void usersOfOtherDomainsDoNotComeIn() {
        signIn = of(Set.of("example.org"), List.of("groups"));
        begin();
        answersWith(signed(claims -> {}));
        assertThat(refused().detail()).contains("MCP_AUTH_EMAIL_DOMAINS");
        begin();
        answersWith(signed(claims -> claims.claim("email", "ann@example.org")));

        assertThat(finish(null).block(LONG)).isNotNull();
    }

    @Test
    void groupsOfCognitoCountAndMissingOnesAreNone() {
        begin();
        answersWith(signed(claims -> claims.claim("groups", null).claim("cognito:groups", List.of("mcp-admin"))));
        assertThat(finish(null).block(LONG).groups()).containsExactly("mcp-admin");
        begin();
        answersWith(signed(claims -> claims.claim("groups", null)));
        assertThat(finish(null).block(LONG).groups()).isEmpty();
        signIn = of(Set.of(), List.of());
        begin();
        answersWith(signed(claims -> {}));

        assertThat(finish(null).block(LONG).groups()).isNull();
    }

    @Test
    void nobodyBeginsSignInsWithoutEnd() {
        for (int i = 0; i < OidcSignIn.MOST_BEGUN; i++) {
            begin();
        }

        try {
            begin();
            throw new AssertionError("It was begun");
        } catch (Refusal refusal) {
            assertThat(refusal.reason()).isInstanceOf(Reason.TooMany.class);
        }
    }
}
