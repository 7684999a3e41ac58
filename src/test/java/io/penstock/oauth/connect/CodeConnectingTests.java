package io.penstock.oauth.connect;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.penstock.caller.Caller;
import io.penstock.caller.flow.Callback;
import io.penstock.caller.flow.Departure;
import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.FlowStores;
import io.penstock.caller.flow.Randoms;
import io.penstock.caller.session.CookiePolicy;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.database.Stores;
import io.penstock.ingress.Ingresses;
import io.penstock.oauth.MemoryAgreements;
import io.penstock.oauth.connect.Connecting.Ending;
import io.penstock.oauth.connect.Connecting.Ending.Agreed;
import io.penstock.oauth.connect.Connecting.Ending.Failed;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Connecting an account at an authorization server that does as it likes. */
class CodeConnectingTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String GRANTED = "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":60}";
    private static final Caller ANN =
            new Caller("ann@example.com", Caller.Source.JWT, false, Set.of(), null, "digest", Instant.MAX);

    @RegisterExtension
    private final WireMockExtension idp =
            WireMockExtension.newInstance().options(options().dynamicPort()).build();

    private final Database database = Databases.H2.fresh();
    private final Vault vault = Vaults.fresh();
    private final MemoryAgreements agreements = new MemoryAgreements();
    private final Stores stores = Stores.on(database, vault);
    private UnaryOperator<AuthorizationServer> changed = server -> server;
    private boolean isForgotten;
    private final Connecting connecting = Connectings.of(
            stores.gateways(),
            new AuthorizationServers() {
                @Override
                public Mono<AuthorizationServer> of(Gateway gateway, OAuthConfig config) {
                    return Mono.fromSupplier(() -> changed.apply(AuthorizationServer.fixed(gateway, config)));
                }

                @Override
                public Mono<AuthorizationServer> anew(
                        Gateway gateway, OAuthConfig config, AuthorizationServer.Client unknown) {
                    return isForgotten ? of(gateway, config) : Mono.empty();
                }
            },
            FlowStores.on(database, vault),
            new FlowCookies(new CookiePolicy(true)),
            agreements,
            Ingresses.at("https://gateway.example.com"));

    private Departure departure = new Departure(URI.create("about:blank"), "", new Secret(""));

    @BeforeEach
    void start() {
        answer(200, GRANTED);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void answer(int status, String body) {
        idp.stubFor(post("/token").willReturn(aResponse().withStatus(status).withBody(body)));
    }

    private OAuthConfig config(Grant grant, @Nullable String provider, @Nullable String issuer) {
        return new OAuthConfig(
                grant,
                provider,
                issuer == null ? null : URI.create(issuer),
                URI.create(idp.baseUrl() + "/token"),
                URI.create(idp.baseUrl() + "/authorize?policy=p"),
                null,
                null,
                "client",
                new Secret("secret"),
                null,
                ClientAuth.CLIENT_SECRET_POST,
                List.of("read", "write"),
                null,
                null,
                null);
    }

    private Gateway gateway(Grant grant, @Nullable String provider, @Nullable String issuer) {
        return Objects.requireNonNull(stores.gateways()
                .create(
                        Stores.draft("up", new UpstreamAuth.OAuth(config(grant, provider, issuer))),
                        "owner@example.com")
                .block(LONG));
    }

    private Gateway perUser() {
        return gateway(Grant.AUTHORIZATION_CODE, null, null);
    }

    private Map<String, List<String>> begin(Gateway gateway) {
        departure = connecting
                .offer(gateway)
                .flatMap(offer -> connecting.begin(offer, ANN, false))
                .blockOptional(LONG)
                .orElseThrow();
        return new QueryStringDecoder(departure.to()).parameters();
    }

    private Mono<Ending> finish(Map<String, List<String>> asked, @Nullable String error, @Nullable String iss) {
        var headers = new DefaultHttpHeaders();
        headers.set("cookie", departure.cookie() + "=" + departure.browser().reveal());
        var request = new Request(
                "GET", "/oauth/callback", headers, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), "id");
        var callback = new Callback(null, asked.get("state").getFirst(), error == null ? "the-code" : null, error, iss);
        return connecting.finish(callback, request, Mono.empty());
    }

    private static Ending ended(Mono<Ending> ending) {
        return ending.blockOptional(LONG).orElseThrow();
    }

    private static void refused(Mono<?> work, Class<? extends Reason> reason) {
        StepVerifier.create(work)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> assertThat(refusal.reason()).isInstanceOf(reason)))
                .verify(LONG);
    }

    @Test
    void bothRequestsSayWhatTheTokenIsForAndWhoBegan() {
        var asked = begin(perUser());
        assertThat(departure.cookie()).startsWith("__Host-penstock_flow_");
        assertThat(asked)
                .containsEntry("policy", List.of("p"))
                .containsEntry("response_type", List.of("code"))
                .containsEntry("client_id", List.of("client"))
                .containsEntry("scope", List.of("read write"))
                .containsEntry("redirect_uri", List.of("https://gateway.example.com/oauth/callback"))
                .containsEntry("code_challenge_method", List.of("S256"))
                .containsEntry("resource", List.of("http://upstream.example:9000/mcp"));

        assertThat(ended(finish(asked, null, null))).isInstanceOf(Agreed.class);

        idp.verify(
                1,
                postRequestedFor(urlEqualTo("/token"))
                        .withFormParam("grant_type", equalTo("authorization_code"))
                        .withFormParam("code", equalTo("the-code"))
                        .withFormParam("redirect_uri", equalTo("https://gateway.example.com/oauth/callback"))
                        .withFormParam("resource", equalTo("http://upstream.example:9000/mcp")));
        var verifier = idp.getAllServeEvents()
                .getFirst()
                .getRequest()
                .formParameters()
                .get("code_verifier")
                .getValues()
                .getFirst();
        assertThat(Randoms.challenge(verifier))
                .isEqualTo(asked.get("code_challenge").getFirst());
        refused(finish(asked, null, null), Reason.Malformed.class);
    }

    @Test
    void googleIsAskedForARefreshToken() {
        assertThat(begin(gateway(Grant.AUTHORIZATION_CODE, "google", null)))
                .containsEntry("access_type", List.of("offline"))
                .containsEntry("prompt", List.of("consent"));
    }

    /** O9. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "307|",
                "200|<html>Welcome</html>",
                "200|{\"access_token\":\"a\",\"token_type\":\"mac\",\"expires_in\":60}",
                "200|{\"token_type\":\"Bearer\"}",
                "200|{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"Bearer\"}",
                "400|{\"error\":\"invalid_grant\",\"error_description\":\"evil\"}",
                "401|{\"error\":\"invalid_client\",\"error_description\":\"evil\"}",
                "500|evil"
            })
    void aTokenEndpointThatGivesNoTokenIsToldAndNothingIsKept(int status, @Nullable String body) {
        answer(status, body == null ? "" : body);
        var asked = begin(perUser());

        assertThat(ended(finish(asked, null, null)))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.refusal().reason().detail()).doesNotContain("evil"));
        assertThat(agreements.kept).isEmpty();
    }

    @Test
    void aReducedScopeIsWhatItIs() {
        answer(200, "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"scope\":\"read\"}");
        var ending = ended(finish(begin(perUser()), null, null));

        assertThat(ending)
                .isInstanceOfSatisfying(
                        Agreed.class,
                        agreed -> assertThat(agreed.granted().scopes()).containsExactly("read"));
    }

    /** O3: also of errors, which anybody can send. */
    @ParameterizedTest
    @ValueSource(strings = {"https://auth.example.com/", "https://AUTH.example.com", "", "not an address"})
    void anIssuerIsComparedLetterByLetter(String iss) {
        var gateway = gateway(Grant.AUTHORIZATION_CODE, null, "https://auth.example.com");

        refused(finish(begin(gateway), null, iss), Reason.Barred.class);
        refused(finish(begin(gateway), "access_denied", iss), Reason.Barred.class);
        assertThat(ended(finish(begin(gateway), null, "https://auth.example.com")))
                .isInstanceOf(Agreed.class);
        assertThat(ended(finish(begin(gateway), null, null))).isInstanceOf(Agreed.class);
        idp.verify(2, postRequestedFor(urlEqualTo("/token")));
    }

    @Test
    void aServerThatSaysItNamesItselfHasTo() {
        var gateway = gateway(Grant.AUTHORIZATION_CODE, null, "https://auth.example.com");
        changed = server -> with(server, server.authorize(), true);

        refused(finish(begin(gateway), null, null), Reason.Barred.class);
        refused(finish(begin(gateway), "access_denied", null), Reason.Barred.class);
        assertThat(ended(finish(begin(gateway), null, "https://auth.example.com")))
                .isInstanceOf(Agreed.class);
    }

    @Test
    void whereNoIssuerIsKnownItsHostHasToBeRight() {
        var gateway = perUser();

        refused(finish(begin(gateway), null, "https://evil.example.com"), Reason.Barred.class);
        assertThat(ended(finish(begin(gateway), null, idp.baseUrl()))).isInstanceOf(Agreed.class);
    }

    @Test
    void whatTheServerSaysOfAnErrorIsNotRepeated() {
        assertThat(ended(finish(begin(perUser()), "<script>", null)))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.refusal().reason().detail()).doesNotContain("script"));
    }

    /** O8: at the use, whatever was written or found out. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "http://auth.example.com/authorize",
                "https://user@auth.example.com/authorize"
            })
    void nobodyIsSentToAnAddressThatIsNone(String address) {
        changed = server -> with(server, URI.create(address), false);

        refused(connecting.offer(perUser()), Reason.Conflict.class);
    }

    /** O3. Whoever may register a gateway could else collect what users agree to at somebody else's server. */
    @ParameterizedTest
    @ValueSource(strings = {"https://as.example.com/authorize", "https://localhost.example.com/authorize"})
    void aCodeIsNotRedeemedElsewhereThanWhereItIsFrom(String authorize) {
        var gateway = perUser();
        var asked = begin(gateway);
        changed = server -> with(server, URI.create(authorize), false);

        refused(connecting.offer(gateway).flatMap(offer -> connecting.begin(offer, ANN, false)), Reason.Conflict.class);
        refused(finish(asked, null, null), Reason.Conflict.class);
        idp.verify(0, postRequestedFor(urlEqualTo("/token")));
    }

    /** O13. */
    @Test
    void aGatewayWithATokenOfItsOwnHasNothingToConnect() {
        refused(connecting.offer(gateway(Grant.CLIENT_CREDENTIALS, null, null)), Reason.Conflict.class);
    }

    /** It refuses whoever tells it. */
    @Test
    void microsoftIsToldNoResource() {
        var asked = begin(gateway(Grant.AUTHORIZATION_CODE, "microsoft", null));
        assertThat(asked).doesNotContainKey("resource");

        assertThat(ended(finish(asked, null, null))).isInstanceOf(Agreed.class);

        idp.verify(1, postRequestedFor(urlEqualTo("/token")).withoutFormParam("resource"));
    }

    @Test
    void whoseServerForgotTheGatewayBeginsAgainAsAnotherClientsUser() {
        answer(401, "{\"error\":\"invalid_client\"}");
        var gateway = perUser();

        var configured = ((Failed) ended(finish(begin(gateway), null, null))).refusal();
        isForgotten = true;
        var forgotten = ((Failed) ended(finish(begin(gateway), null, null))).refusal();

        assertThat(configured.reason().detail()).contains("invalid_client");
        assertThat(forgotten.reason().detail()).contains("had forgotten it", "begin again");
    }

    /** O10. */
    @Test
    void anAnswerToAnotherClientIsNone() {
        var asked = begin(perUser());
        changed = server -> new AuthorizationServer(
                server.issuer(),
                server.authorize(),
                server.token(),
                null,
                new AuthorizationServer.Client("another", null, null, ClientAuth.NONE),
                false,
                server.scopes(),
                server.resource(),
                true,
                null,
                server.given());

        refused(finish(asked, null, null), Reason.Conflict.class);
        idp.verify(0, postRequestedFor(urlEqualTo("/token")));
    }

    @Test
    void oneUserDoesNotBeginWithoutEnd() {
        var gateway = perUser();
        for (int i = 0; i < 30; i++) {
            begin(gateway);
        }

        refused(connecting.offer(gateway).flatMap(offer -> connecting.begin(offer, ANN, false)), Reason.TooMany.class);
    }

    private static AuthorizationServer with(AuthorizationServer server, @Nullable URI authorize, boolean namesItself) {
        return new AuthorizationServer(
                server.issuer(),
                authorize,
                server.token(),
                server.revocation(),
                server.client(),
                namesItself,
                server.scopes(),
                server.resource(),
                server.takesResource(),
                server.audience(),
                server.given());
    }
}
