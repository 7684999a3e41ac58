package io.penstock.oauth.server;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.penstock.caller.signin.IdentityProvider;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.egress.Egresses;
import io.penstock.loop.RunningRounds;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

/** What upstreams and issuers publish, and what is made of it. */
class DiscoveredServersTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String SERVER = "/.well-known/oauth-authorization-server";
    private static final String RESOURCE = "/.well-known/oauth-protected-resource";

    @RegisterExtension
    private final WireMockExtension there = WireMockExtension.newInstance()
            .options(options().dynamicPort().bindAddress("127.0.0.1"))
            .build();

    private final RunningRounds rounds = new RunningRounds();
    private final AtomicLong nanos = new AtomicLong();
    private final List<Topic> announced = new CopyOnWriteArrayList<>();
    private final Changes changes = new Changes() {
        @Override
        public Mono<Void> announce(Notice notice) {
            return Mono.fromRunnable(() -> announced.add(notice.topic()));
        }

        @Override
        public Flux<Notice> notices() {
            return Flux.never();
        }

        @Override
        public void swapped(Topic topic) {
            // nobody follows
        }

        @Override
        public Flux<Topic> swaps() {
            return Flux.never();
        }
    };
    private Clients clients = (_, _, _) -> Mono.error(Undiscovered.wrong("this gateway has no client there"));

    @AfterEach
    void close() {
        rounds.close();
    }

    private String base() {
        return "http://127.0.0.1:" + there.getPort();
    }

    private Gateway gateway() {
        return SampleGateways.at(URI.create(base() + "/up/mcp"), Transport.AUTO, "oauth");
    }

    private DiscoveredServers servers() {
        var documents = new Documents(Egresses.toLoopback());
        var pointers = new Pointers(Egresses.destinations());
        return new DiscoveredServers(
                new Protections(Egresses.toLoopback(), documents, pointers),
                documents,
                pointers,
                clients,
                nanos::get,
                rounds,
                changes);
    }

    private AuthorizationServer discovered(OAuthConfig config) {
        return Objects.requireNonNull(servers().of(gateway(), config).block(LONG));
    }

    private void publish(String path, String issuer, Map<String, ?> changes) {
        var document = new HashMap<String, Object>(Map.of(
                "issuer",
                issuer,
                "authorization_endpoint",
                issuer + "/authorize",
                "token_endpoint",
                issuer + "/token",
                "revocation_endpoint",
                issuer + "/revoke",
                "code_challenge_methods_supported",
                List.of("plain", "S256"),
                "scopes_supported",
                List.of("everything", "openid")));
        document.putAll(changes);
        document.values().removeIf(""::equals);
        json(path, document);
    }

    private void json(String path, Map<String, ?> document) {
        there.stubFor(
                get(path).willReturn(aResponse().withBody(JsonMapper.shared().writeValueAsString(document))));
    }

    private void challenges(String challenge) {
        there.stubFor(
                post("/up/mcp").willReturn(aResponse().withStatus(401).withHeader("WWW-Authenticate", challenge)));
    }

    private void refused(OAuthConfig config, String why) {
        StepVerifier.create(servers().of(gateway(), config))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(Refusal.class)
                        .hasMessageStartingWith("no access token for sample: ")
                        .hasMessageContaining(why))
                .verify(LONG);
    }

    @Test
    void whatIsConfiguredIsNotLookedFor() {
        var config = Configs.of(Grant.CLIENT_CREDENTIALS, base(), base() + "/own", "id", List.of("a"));

        assertThat(discovered(config)).isEqualTo(AuthorizationServer.fixed(gateway(), config));

        assertThat(there.getAllServeEvents()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'',/.well-known/oauth-authorization-server",
        "'',/.well-known/openid-configuration",
        "/tenant,/.well-known/oauth-authorization-server/tenant",
        "/tenant,/.well-known/openid-configuration/tenant",
        "/tenant,/tenant/.well-known/openid-configuration",
        "/,/.well-known/oauth-authorization-server",
        "/a/b/,/a/b/.well-known/openid-configuration"
    })
    void anIssuersMetadataAreLookedForAtEachWellKnownPlace(String path, String place) {
        publish(place, base() + path, Map.of("authorization_response_iss_parameter_supported", true));

        var server = discovered(Configs.of(Grant.AUTHORIZATION_CODE, base() + path, "id"));

        assertThat(server.issuer()).isEqualTo(base() + path);
        assertThat(server.authorize()).isEqualTo(URI.create(base() + path + "/authorize"));
        assertThat(server.token()).isEqualTo(URI.create(base() + path + "/token"));
        assertThat(server.revocation()).isEqualTo(URI.create(base() + path + "/revoke"));
        assertThat(server.namesItself()).isTrue();
        assertThat(server.client().id()).isEqualTo("id");
        assertThat(server.resource()).isEqualTo(base() + "/up/mcp");
        assertThat(server.scopes()).isEmpty();
    }

    @Test
    void whatIsConfiguredWins() {
        publish(SERVER, base(), Map.of());
        var config =
                Configs.of(Grant.AUTHORIZATION_CODE, base(), "https://own.example.com/token", "id", List.of("mine"));

        var server = discovered(config);

        assertThat(server.token()).isEqualTo(URI.create("https://own.example.com/token"));
        assertThat(server.authorize()).isEqualTo(URI.create(base() + "/authorize"));
        assertThat(server.scopes()).containsExactly("mine");
    }

    @ParameterizedTest
    @CsvSource({
        "issuer,https://evil.example.com,another issuer",
        "issuer,'',another issuer",
        "token_endpoint,http://as.example.com/token,token_endpoint",
        "token_endpoint,https://user:pw@as.example.com/token,token_endpoint",
        "token_endpoint,https://169.254.169.254/token,token_endpoint",
        "token_endpoint,https://2130706433/token,token_endpoint",
        "token_endpoint,https://10.0.0.1/token,token_endpoint",
        "token_endpoint,file:///etc/passwd,token_endpoint",
        "token_endpoint,'',no token_endpoint",
        "authorization_endpoint,javascript:alert(1),authorization_endpoint",
        "authorization_endpoint,data:text/html;x,authorization_endpoint",
        "registration_endpoint,gopher://as.example.com/,registration_endpoint",
        "code_challenge_methods_supported,'',S256"
    })
    void metadataThatAreNotToBeBelievedAreRefused(String field, String value, String why) {
        publish(SERVER, base(), Map.of(field, value));

        refused(Configs.of(Grant.AUTHORIZATION_CODE, base(), "id"), why);
    }

    @Test
    void anIssuerIsComparedLetterByLetter() {
        publish(SERVER, base() + "/", Map.of());

        refused(Configs.of(Grant.AUTHORIZATION_CODE, base(), "id"), "letter by letter");
    }

    @Test
    void aServerForGatewaysAloneNeedsNoCodeChallenge() {
        publish(SERVER, base(), Map.of("code_challenge_methods_supported", ""));

        assertThat(discovered(Configs.of(Grant.CLIENT_CREDENTIALS, base(), "id"))
                        .token())
                .isEqualTo(URI.create(base() + "/token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html></html>", "", "[]", "null", "{\"issuer\":\"a\",\"issuer\":\"b\"}"})
    void whatIsNoDocumentIsNone(String body) {
        there.stubFor(any(anyUrl()).willReturn(aResponse().withBody(body)));

        refused(Configs.of(Grant.AUTHORIZATION_CODE, base(), "id"), "publishes no metadata: set token_url");
    }

    @Test
    void aHugeDocumentIsNotReadToItsEnd() {
        publish(SERVER, base(), Map.of("x", "y".repeat(70_000)));

        refused(Configs.of(Grant.AUTHORIZATION_CODE, base(), "id"), "could not be reached");
    }

    @Test
    void aRedirectIsNotFollowed() {
        publish("/elsewhere", base(), Map.of());
        there.stubFor(get(SERVER).willReturn(aResponse().withStatus(302).withHeader("Location", "/elsewhere")));

        refused(Configs.of(Grant.AUTHORIZATION_CODE, base(), "id"), "publishes no metadata");
        there.verify(0, getRequestedFor(urlEqualTo("/elsewhere")));
    }

    @Test
    void metadataAreReadOnceAnHourHoweverManyWant() {
        publish(SERVER, base(), Map.of());
        var servers = servers();
        var config = Configs.of(Grant.AUTHORIZATION_CODE, base(), "id");
        var gateway = gateway();

        var all = Flux.range(0, 100)
                .flatMap(_ -> servers.of(gateway, config), 100)
                .collectList()
                .block(LONG);
        nanos.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(servers.of(gateway, config).block(LONG)).isNotNull();

        assertThat(all).hasSize(100);
        there.verify(1, getRequestedFor(urlEqualTo(SERVER)));
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(servers.of(gateway, config).block(LONG)).isNotNull();
        Awaitility.await().atMost(LONG).untilAsserted(() -> there.verify(2, getRequestedFor(urlEqualTo(SERVER))));
    }

    @Test
    void whatWasReadLastHoldsWhileTheServerIsDown() {
        publish(SERVER, base(), Map.of());
        var servers = servers();
        var config = Configs.of(Grant.AUTHORIZATION_CODE, base(), "id");
        var gateway = gateway();
        var before = servers.of(gateway, config).block(LONG);
        there.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));

        for (int i = 0; i < 5; i++) {
            nanos.addAndGet(Duration.ofHours(2).toNanos());
            assertThat(servers.of(gateway, config).block(LONG)).isEqualTo(before);
        }
    }

    @Test
    void aServerThatWasDownIsAskedAgainAfterAWhile() {
        there.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
        var servers = servers();
        var config = Configs.of(Grant.AUTHORIZATION_CODE, base(), "id");
        var gateway = gateway();

        for (int i = 0; i < 3; i++) {
            StepVerifier.create(servers.of(gateway, config))
                    .expectErrorSatisfies(
                            error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.Unavailable.class))
                    .verify(LONG);
        }
        there.verify(1, getRequestedFor(urlEqualTo(SERVER)));
        there.resetAll();
        publish(SERVER, base(), Map.of());
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());

        assertThat(servers.of(gateway, config).block(LONG)).isNotNull();
    }

    @Test
    void anUpstreamsChallengeLeadsToItsServer() {
        challenges(
                "Basic realm=\"x\", Bearer error=\"invalid_token\", scope=\"mcp:read mcp:write\", resource_metadata=\""
                        + base() + "/described\"");
        json("/described", Map.of("resource", base() + "/up/mcp", "authorization_servers", List.of(base() + "/as")));
        publish(SERVER + "/as", base() + "/as", Map.of());

        var server = discovered(Configs.of(Grant.AUTHORIZATION_CODE, null, "id"));

        assertThat(server.issuer()).isEqualTo(base() + "/as");
        assertThat(server.scopes()).containsExactly("mcp:read", "mcp:write");
        assertThat(server.resource()).isEqualTo(base() + "/up/mcp");
        assertThat(server.client()).isEqualTo(new Client("id", null, null, OAuthConfig.ClientAuth.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {RESOURCE + "/up/mcp", RESOURCE})
    void withoutAChallengeTheWellKnownPlacesAreLookedAt(String place) {
        challenges("Bearer");
        json(
                place,
                Map.of(
                        "resource",
                        base(),
                        "authorization_servers",
                        List.of(base() + "/as"),
                        "scopes_supported",
                        List.of("admin")));
        publish(SERVER + "/as", base() + "/as", Map.of());

        var server = discovered(Configs.of(Grant.AUTHORIZATION_CODE, null, "id"));

        assertThat(server.issuer()).isEqualTo(base() + "/as");
        assertThat(server.resource()).isEqualTo(base());
        assertThat(server.scopes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://other.example.com/up/mcp",
        "{base}/up/mc",
        "{base}/up/mcp/deeper",
        "{base}/else",
        "{base}/up#fragment",
        "not a url"
    })
    void metadataOfAnotherResourceAreRefused(String resource) {
        challenges("Bearer");
        json(
                RESOURCE,
                Map.of(
                        "resource",
                        resource.replace("{base}", base()),
                        "authorization_servers",
                        List.of(base() + "/as")));
        publish(SERVER + "/as", base() + "/as", Map.of());

        refused(Configs.of(Grant.AUTHORIZATION_CODE, null, "id"), "another resource");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://as.example.com", "https://169.254.169.254", "https://[::ffff:169.254.169.254]", "as"})
    void aServerThatMustNotBeAskedIsNot(String issuer) {
        challenges("Bearer");
        json(RESOURCE, Map.of("resource", base(), "authorization_servers", List.of(issuer)));

        refused(Configs.of(Grant.AUTHORIZATION_CODE, null, "id"), "name no authorization server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://as.example.com/described", "file:///etc/passwd", "//as.example.com/x"})
    void aChallengeThatPointsElsewhereIsNotFollowed(String place) {
        challenges("Bearer resource_metadata=\"" + place + "\"");

        refused(Configs.of(Grant.AUTHORIZATION_CODE, null, "id"), "an address that is not taken");
    }

    @Test
    void anUpstreamThatSaysNothingIsToBeConfigured() {
        there.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404)));

        refused(Configs.of(Grant.AUTHORIZATION_CODE, null, "id"), "set issuer or token_url in oauth_config");
    }

    /** Else whoever may register a gateway would have the secret sent where they like. */
    @Test
    void aClientThatTheGatewayBecameGoesToItsIssuerAlone() {
        publish(SERVER, base(), Map.of());
        var config = Configs.of(Grant.AUTHORIZATION_CODE, base(), "https://evil.example.com/token", null, List.of());
        clients = (_, metadata, _) -> Mono.just(new Clients.Known(
                new Client("registered", new Secret("s"), null, OAuthConfig.ClientAuth.CLIENT_SECRET_BASIC), null));

        var server = discovered(config);

        assertThat(server.client().id()).isEqualTo("registered");
        assertThat(server.token()).isEqualTo(URI.create(base() + "/token"));
    }

    @Test
    void aClientIsAskedForAgainWhenItsSecretEnds() {
        publish(SERVER, base(), Map.of());
        var ids = List.of("one", "two").iterator();
        clients = (_, _, _) -> Mono.fromSupplier(() -> new Clients.Known(
                new Client(ids.next(), null, null, OAuthConfig.ClientAuth.NONE), Duration.ofMinutes(10)));
        var servers = servers();
        var gateway = gateway();
        var config = Configs.of(Grant.AUTHORIZATION_CODE, base(), null);
        assertThat(servers.of(gateway, config).block(LONG).client().id()).isEqualTo("one");

        nanos.addAndGet(Duration.ofMinutes(11).toNanos());

        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(
                                servers.of(gateway, config).block(LONG).client().id())
                        .isEqualTo("two"));
    }

    /** A client one that the server forgets, and another one in its place. */
    private static Clients replacing(Client other) {
        return new Clients() {
            @Override
            public Mono<Known> of(OAuthConfig config, Metadata metadata, List<URI> given) {
                return Mono.just(new Known(new Client("one", null, null, OAuthConfig.ClientAuth.NONE), null));
            }

            @Override
            public Mono<Known> instead(Client unknown, OAuthConfig config, Metadata metadata, List<URI> given) {
                return unknown.id().equals("one") ? Mono.just(new Known(other, null)) : Mono.empty();
            }
        };
    }

    @Test
    void aClientThatTheServerForgotIsAnotherOneFromThenOnForAllReplicas() {
        publish(SERVER, base(), Map.of());
        var other = new Client("two", null, null, OAuthConfig.ClientAuth.NONE);
        clients = replacing(other);
        var servers = servers();
        var gateway = gateway();
        var config = Configs.of(Grant.AUTHORIZATION_CODE, base(), null);
        var before = servers.of(gateway, config).block(LONG).client();

        var after = servers.anew(gateway, config, before).block(LONG);

        assertThat(after.client()).isEqualTo(other);
        assertThat(servers.of(gateway, config).block(LONG).client()).isEqualTo(other);
        assertThat(announced).containsExactly(Topic.OAUTH_CLIENTS);
        assertThat(servers.anew(gateway, config, other).blockOptional(LONG)).isEmpty();
        assertThat(announced).hasSize(1);
    }

    /** What is registered, as the database tells it while it can. */
    private static final class Registered implements Clients {

        private final Map<String, Client> others = new ConcurrentHashMap<>();
        private volatile boolean away;

        @Override
        public Mono<Known> of(OAuthConfig config, Metadata metadata, List<URI> given) {
            return Mono.fromSupplier(() -> new Known(at(metadata.issuer()), null));
        }

        @Override
        public Mono<Predicate<AuthorizationServer>> current() {
            return away
                    ? Mono.error(new IOException("away"))
                    : Mono.just(server -> server.client().equals(at(server.issuer())));
        }

        private Client at(String issuer) {
            return others.getOrDefault(issuer, client("one"));
        }

        private static Client client(String id) {
            return new Client(id, null, null, OAuthConfig.ClientAuth.NONE);
        }
    }

    /** Its announcement was lost. */
    @Test
    void aClientThatAnotherReplicaReplacedIsFoundOutAgain() {
        publish(SERVER, base(), Map.of());
        var registered = new Registered();
        clients = registered;
        var servers = servers();
        var gateway = gateway();
        var config = Configs.of(Grant.AUTHORIZATION_CODE, base(), null);
        StepVerifier.create(servers.of(gateway, config)).expectNextCount(1).verifyComplete();

        StepVerifier.create(servers.compareClients()).verifyComplete();
        StepVerifier.create(servers.of(gateway, config)).expectNextCount(1).verifyComplete();
        there.verify(1, getRequestedFor(urlEqualTo(SERVER)));
        registered.others.put(base(), Registered.client("two"));
        registered.away = true;
        StepVerifier.create(servers.compareClients()).verifyError(IOException.class);
        assertThat(servers.of(gateway, config).block(LONG).client().id()).isEqualTo("one");
        registered.away = false;
        StepVerifier.create(servers.compareClients()).verifyComplete();

        assertThat(servers.of(gateway, config).block(LONG).client().id()).isEqualTo("two");
    }

    @Test
    void aClientThatIsReplacedAtOneIssuerLeavesTheOthersKnown() {
        publish(SERVER, base(), Map.of());
        publish(SERVER + "/as", base() + "/as", Map.of());
        var registered = new Registered();
        clients = registered;
        var servers = servers();
        var gateway = gateway();
        var config = Configs.of(Grant.AUTHORIZATION_CODE, base(), null);
        var other = Configs.of(Grant.AUTHORIZATION_CODE, base() + "/as", null);
        StepVerifier.create(servers.of(gateway, config)).expectNextCount(1).verifyComplete();
        StepVerifier.create(servers.of(gateway, other)).expectNextCount(1).verifyComplete();

        there.stubFor(get(SERVER + "/as").willReturn(aResponse().withStatus(500)));
        registered.others.put(base(), Registered.client("two"));
        StepVerifier.create(servers.compareClients()).verifyComplete();

        assertThat(servers.of(gateway, config).block(LONG).client().id()).isEqualTo("two");
        assertThat(servers.of(gateway, other).block(LONG).client().id()).isEqualTo("one");
    }

    @Test
    void aClientThatIsConfiguredIsNeverAnother() {
        publish(SERVER, base(), Map.of());
        clients = replacing(new Client("two", null, null, OAuthConfig.ClientAuth.NONE));
        var servers = servers();
        var gateway = gateway();
        var config = Configs.of(Grant.CLIENT_CREDENTIALS, base(), "one");
        var known = servers.of(gateway, config).block(LONG).client();

        assertThat(servers.anew(gateway, config, known).blockOptional(LONG)).isEmpty();

        assertThat(announced).isEmpty();
    }

    /** Spring Authorization Server. */
    @Test
    void metadataOfARealServerAreUnderstood() throws IOException {
        try (var provider = new IdentityProvider()) {
            var server = discovered(Configs.of(Grant.AUTHORIZATION_CODE, provider.issuer(), IdentityProvider.CLIENT));

            assertThat(server.issuer()).isEqualTo(provider.issuer());
            assertThat(server.authorize()).isEqualTo(URI.create(provider.issuer() + "/oauth2/authorize"));
            assertThat(server.token()).isEqualTo(URI.create(provider.issuer() + "/oauth2/token"));
            assertThat(server.revocation()).isEqualTo(URI.create(provider.issuer() + "/oauth2/revoke"));
        }
    }
}
