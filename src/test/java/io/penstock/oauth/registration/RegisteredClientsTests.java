package io.penstock.oauth.registration;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.egress.Egresses;
import io.penstock.ingress.Ingresses;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.oauth.server.Clients.Known;
import io.penstock.oauth.server.Metadata;
import io.penstock.oauth.server.Pointers;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Replicas that share a database, and are no client of a server yet. */
@ParameterizedClass
@EnumSource(Databases.class)
class RegisteredClientsTests {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final String ISSUER = "https://as.example.com";
    private static final String CALLBACK = "https://gateway.example.com/oauth/callback";

    @RegisterExtension
    private final WireMockExtension server = WireMockExtension.newInstance()
            .options(options().dynamicPort().bindAddress("127.0.0.1"))
            .build();

    private final Vault vault = Vaults.fresh();
    private final Database database;

    RegisteredClientsTests(Databases databases) {
        database = databases.fresh();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private RegisteredClients replica(String base, String... allowed) {
        return new RegisteredClients(
                new ClientDocument(Ingresses.at(base)),
                new RegistrationSettings(List.of(allowed)),
                new RegistrationEndpoint(
                        Egresses.toLoopback(), new Pointers(Egresses.destinations()), Clock.systemUTC()),
                new ClientRows(database.client(), vault));
    }

    private RegisteredClients replica() {
        return replica("https://gateway.example.com", ISSUER);
    }

    private Metadata metadata(String issuer, boolean documents, String... auths) {
        return new Metadata(
                issuer,
                URI.create(issuer + "/authorize"),
                URI.create(issuer + "/token"),
                null,
                URI.create("http://127.0.0.1:" + server.getPort() + "/register"),
                false,
                true,
                documents,
                List.of(auths));
    }

    private Metadata metadata() {
        return metadata(ISSUER, false, "client_secret_basic", "none");
    }

    private static OAuthConfig config(Grant grant) {
        return new OAuthConfig(
                grant,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                ClientAuth.NONE,
                List.of(),
                null,
                null,
                null);
    }

    private Known known(RegisteredClients replica, Grant grant, Metadata metadata) {
        return Objects.requireNonNull(
                replica.of(config(grant), metadata, List.of()).block(LONG));
    }

    private void registers(String id, String more) {
        server.stubFor(post("/register")
                .willReturn(aResponse()
                        .withStatus(201)
                        .withFixedDelay(200)
                        .withBody("{\"client_id\":\"" + id + "\",\"client_secret\":\"secret of " + id + "\"," + more
                                + "\"client_secret_expires_at\":0}")));
    }

    private void refused(RegisteredClients replica, Grant grant, Metadata metadata, String... advice) {
        StepVerifier.create(replica.of(config(grant), metadata, List.of()))
                .expectErrorSatisfies(
                        error -> assertThat(error.getMessage()).contains(advice).contains("set client_id"))
                .verify(LONG);
    }

    private void sql(String statement) {
        StepVerifier.create(database.client().sql(statement).then())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void fiveReplicasRegisterOnce() {
        registers("one", "\"redirect_uris\":[\"" + CALLBACK + "\"],");

        var clients = Flux.fromStream(IntStream.range(0, 5).mapToObj(_ -> replica()))
                .flatMap(
                        replica -> replica.of(config(Grant.AUTHORIZATION_CODE), metadata(), List.of())
                                .map(Known::client),
                        5)
                .collectList()
                .block(LONG);

        assertThat(clients).hasSize(5).extracting(Client::id).containsOnly("one");
        assertThat(clients.getFirst().secret().reveal()).isEqualTo("secret of one");
        server.verify(
                1,
                postRequestedFor(urlEqualTo("/register"))
                        .withRequestBody(equalToJson("{\"client_name\":\"Penstock\",\"application_type\":\"web\","
                                + "\"token_endpoint_auth_method\":\"client_secret_basic\",\"response_types\":[\"code\"],"
                                + "\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"redirect_uris\":[\""
                                + CALLBACK + "\"]}")));
    }

    @Test
    void whatIsSecretIsSealedForItsRow() {
        registers(
                "one",
                "\"registration_access_token\":\"manage\",\"registration_client_uri\":\"https://as.example.com/r\",");
        known(replica(), Grant.AUTHORIZATION_CODE, metadata());

        var row = Objects.requireNonNull(database.client()
                .sql("SELECT secret_sealed, management_sealed, management_uri FROM oauth_clients")
                .fetch()
                .one()
                .block(LONG));
        assertThat(row.values().toString()).contains("https://as.example.com/r").doesNotContain("secret of", "manage,");
        sql("UPDATE oauth_clients SET secret_sealed = management_sealed");

        StepVerifier.create(replica().of(config(Grant.AUTHORIZATION_CODE), metadata(), List.of()))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("does not open"))
                .verify(LONG);
    }

    @Test
    void eachIssuerHasAClientOfItsOwn() {
        var both = replica("https://gateway.example.com", ISSUER, "https://other.example.com");
        registers("one", "");
        known(both, Grant.AUTHORIZATION_CODE, metadata());
        registers("two", "");

        var other = known(
                both, Grant.AUTHORIZATION_CODE, metadata("https://other.example.com", false, "client_secret_post"));
        var own = known(both, Grant.CLIENT_CREDENTIALS, metadata());
        var before = known(both, Grant.AUTHORIZATION_CODE, metadata());

        assertThat(other.client().id()).isEqualTo("two");
        assertThat(other.client().auth()).isEqualTo(ClientAuth.CLIENT_SECRET_POST);
        assertThat(own.client().id()).isEqualTo("two");
        assertThat(before.client().id()).isEqualTo("one");
        server.verify(3, postRequestedFor(urlEqualTo("/register")));
    }

    @Test
    void aSecretThatEndsIsFollowedByAnother() {
        long hour = Instant.now().getEpochSecond() + 3600;
        server.stubFor(post("/register")
                .willReturn(aResponse()
                        .withStatus(201)
                        .withBody("{\"client_id\":\"one\",\"client_secret\":\"s\",\"client_secret_expires_at\":" + hour
                                + "}")));
        var first = known(replica(), Grant.AUTHORIZATION_CODE, metadata());
        assertThat(first.left()).isBetween(Duration.ofMinutes(50), Duration.ofMinutes(55));
        registers("two", "");
        assertThat(known(replica(), Grant.AUTHORIZATION_CODE, metadata())
                        .client()
                        .id())
                .isEqualTo("one");

        sql("UPDATE oauth_clients SET secret_expires_at = CURRENT_TIMESTAMP + INTERVAL '1' MINUTE");

        var second = known(replica(), Grant.AUTHORIZATION_CODE, metadata());
        assertThat(second.client().id()).isEqualTo("two");
        assertThat(second.left()).isNull();
    }

    @Test
    void aServerThatFailsIsAskedAgain() {
        server.stubFor(post("/register").willReturn(aResponse().withStatus(503)));
        StepVerifier.create(replica().of(config(Grant.AUTHORIZATION_CODE), metadata(), List.of()))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("with 503"))
                .verify(LONG);
        registers("one", "");

        assertThat(known(replica(), Grant.AUTHORIZATION_CODE, metadata())
                        .client()
                        .id())
                .isEqualTo("one");
    }

    @Test
    void aDocumentsAddressIsTheIdWhereTheServerTakesOne() {
        var client = known(replica(), Grant.AUTHORIZATION_CODE, metadata(ISSUER, true, "none"))
                .client();

        assertThat(client)
                .isEqualTo(new Client("https://gateway.example.com/oauth/client.json", null, null, ClientAuth.NONE));
        var content = Objects.requireNonNull(new ClientDocument(Ingresses.at("https://gateway.example.com")).content());
        assertThat(content.clientId()).isEqualTo(client.id());
        assertThat(content.redirectUris()).containsExactly(CALLBACK);
        assertThat(content.clientAuth()).isEqualTo("none");
        server.verify(0, postRequestedFor(urlEqualTo("/register")));
    }

    private static AuthorizationServer as(String issuer, String client) {
        return new AuthorizationServer(
                issuer,
                null,
                URI.create(issuer + "/token"),
                null,
                new Client(client, null, null, ClientAuth.NONE),
                false,
                List.of(),
                null,
                false,
                null,
                List.of());
    }

    @Test
    void whichClientItStillIsIsReadAtOnceForAll() {
        registers("one", "");
        var replica = replica();
        var one = known(replica, Grant.AUTHORIZATION_CODE, metadata()).client();

        var current = Objects.requireNonNull(replica.current().block(LONG));

        assertThat(current).accepts(as(ISSUER, one.id()), as(ISSUER, "https://gateway.example.com/oauth/client.json"));
        assertThat(current).rejects(as(ISSUER, "two"), as("https://another.example.com", one.id()));
    }

    private static Mono<Client> instead(RegisteredClients replica, Client unknown, Metadata metadata) {
        return replica.instead(unknown, config(Grant.AUTHORIZATION_CODE), metadata, List.of())
                .map(Known::client);
    }

    private Client instead(Client unknown) {
        return instead(replica(), unknown, metadata()).block(LONG);
    }

    /** As if all that were so long ago. */
    private void ages(Duration time) {
        String interval = "INTERVAL '1' SECOND * CAST(" + time.toSeconds() + " AS BIGINT)";
        sql("UPDATE oauth_clients SET registered_at = registered_at - " + interval + ", replaced_at = replaced_at - "
                + interval);
    }

    @Test
    void aClientThatItsServerForgotIsReplacedOnceOverAllReplicas() {
        registers("one", "");
        var forgotten = known(replica(), Grant.AUTHORIZATION_CODE, metadata()).client();
        ages(Duration.ofMinutes(11));
        registers("two", "");

        var clients = Flux.range(0, 5)
                .map(_ -> replica())
                .flatMap(replica -> instead(replica, forgotten, metadata()), 5)
                .collectList()
                .block(LONG);

        assertThat(clients).hasSize(5).extracting(Client::id).containsOnly("two");
        assertThat(known(replica(), Grant.AUTHORIZATION_CODE, metadata()).client())
                .isEqualTo(clients.getFirst());
        assertThat(instead(forgotten)).isEqualTo(clients.getFirst());
        server.verify(2, postRequestedFor(urlEqualTo("/register")));
    }

    @Test
    void aServerThatForgetsEachIsAskedMoreAndMoreSeldom() {
        registers("one", "");
        var one = known(replica(), Grant.AUTHORIZATION_CODE, metadata()).client();
        registers("two", "");
        assertThat(instead(one)).isNull();
        ages(Duration.ofMinutes(11));
        var two = instead(one);
        assertThat(two.id()).isEqualTo("two");

        registers("three", "");
        ages(Duration.ofMinutes(19));
        assertThat(instead(two)).isNull();
        ages(Duration.ofMinutes(2));
        var three = instead(two);
        assertThat(three.id()).isEqualTo("three");

        registers("four", "");
        ages(Duration.ofMinutes(39));
        assertThat(instead(three)).isNull();
        ages(Duration.ofDays(8));
        var four = instead(three);
        assertThat(four.id()).isEqualTo("four");

        registers("five", "");
        ages(Duration.ofMinutes(21));
        assertThat(instead(four).id()).as("one that lasted begins anew").isEqualTo("five");
        server.verify(5, postRequestedFor(urlEqualTo("/register")));
    }

    @Test
    void aServerThatRegistersNobodyAnyMoreIsAskedAsSeldomAndTheClientStays() {
        registers("one", "");
        var one = known(replica(), Grant.AUTHORIZATION_CODE, metadata()).client();
        ages(Duration.ofMinutes(11));
        server.stubFor(post("/register").willReturn(aResponse().withStatus(403)));

        StepVerifier.create(instead(replica(), one, metadata()))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("with 403"))
                .verify(LONG);

        assertThat(instead(one)).isNull();
        assertThat(known(replica(), Grant.AUTHORIZATION_CODE, metadata()).client())
                .isEqualTo(one);
        server.verify(2, postRequestedFor(urlEqualTo("/register")));
    }

    @Test
    void nobodyIsReplacedThatThisGatewayMayNotRegister() {
        registers("one", "");
        var one = known(replica(), Grant.AUTHORIZATION_CODE, metadata()).client();
        ages(Duration.ofDays(1));
        var document = known(replica(), Grant.AUTHORIZATION_CODE, metadata(ISSUER, true, "none"))
                .client();

        assertThat(instead(replica(), document, metadata(ISSUER, true, "none")).block(LONG))
                .isNull();
        assertThat(instead(replica("https://gateway.example.com"), one, metadata())
                        .block(LONG))
                .isNull();
        server.verify(1, postRequestedFor(urlEqualTo("/register")));
    }

    @Test
    void aServerThatTakesKeysAloneIsToBeGivenOneByHand() {
        refused(replica(), Grant.CLIENT_CREDENTIALS, metadata(ISSUER, false, "private_key_jwt"), "client_key");

        server.verify(0, postRequestedFor(urlEqualTo("/register")));
    }

    @Test
    void nobodyRegistersWhereTheOperatorDidNotSaySo() {
        registers("one", "");

        refused(replica("https://gateway.example.com"), Grant.AUTHORIZATION_CODE, metadata(), "DCR_ALLOWED_ISSUERS");
        refused(
                replica("https://gateway.example.com", ISSUER + "/"),
                Grant.AUTHORIZATION_CODE,
                metadata(),
                "DCR_ALLOWED_ISSUERS");
        refused(
                replica("http://localhost:4444"),
                Grant.AUTHORIZATION_CODE,
                metadata(ISSUER, true, "none"),
                "DCR_ALLOWED_ISSUERS",
                "/oauth/client.json",
                "BASE_URL");
        refused(replica(), Grant.CLIENT_CREDENTIALS, metadata(ISSUER, true, "none"), "register it there");

        server.verify(0, postRequestedFor(urlEqualTo("/register")));
        assertThat(Mono.from(database.client()
                                .sql("SELECT COUNT(*) FROM oauth_clients")
                                .mapValue(Long.class)
                                .one())
                        .block(LONG))
                .isZero();
    }
}
