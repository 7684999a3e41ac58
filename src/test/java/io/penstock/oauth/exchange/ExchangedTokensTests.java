package io.penstock.oauth.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.caller.Caller;
import io.penstock.caller.IdToken;
import io.penstock.caller.Presented;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.Exchange;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.OAuthConfig.IdentityProvider;
import io.penstock.catalog.OAuthConfig.Subject;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.credential.AccessTokens.Source;
import io.penstock.credential.AccessTokens.Token;
import io.penstock.egress.Egresses;
import io.penstock.loop.RunningRounds;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Callers' own tokens, and what they are exchanged for. */
class ExchangedTokensTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Gateway GATEWAY =
            SampleGateways.at(URI.create("https://up.example.com/mcp"), Transport.AUTO, "oauth");

    private final ExchangingServer server = new ExchangingServer();
    private final RunningRounds rounds = new RunningRounds();
    private volatile Instant now = Instant.EPOCH;
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    @AfterEach
    void close() {
        rounds.close();
        server.close();
    }

    /** What is kept of the sign-in of whoever comes with a session. */
    private volatile Supplier<Mono<IdToken>> signIn = Mono::empty;

    private static Caller signedIn() {
        return new Caller(
                        "ann",
                        Caller.Source.SESSION,
                        false,
                        Set.of(),
                        null,
                        "digest of a session",
                        Instant.EPOCH.plusSeconds(36_000))
                .signedIn(UUID.randomUUID());
    }

    private OAuthConfig config(Grant grant) {
        boolean jag = grant == Grant.ID_JAG;
        return new OAuthConfig(
                grant,
                null,
                jag ? URI.create("https://as.example.com") : null,
                server.url("/as"),
                null,
                null,
                null,
                "gateway",
                new Secret("secret"),
                null,
                ClientAuth.CLIENT_SECRET_POST,
                List.of("mcp:read", "mcp:write"),
                jag ? null : "the upstream",
                null,
                jag
                        ? new Exchange(
                                Subject.ID_TOKEN,
                                new IdentityProvider(
                                        server.url("/idp"),
                                        "at the idp",
                                        new Secret("idp's secret"),
                                        null,
                                        ClientAuth.CLIENT_SECRET_POST))
                        : new Exchange(Subject.ACCESS_TOKEN, null));
    }

    private Source source(OAuthConfig config, String... allowed) {
        return new ExchangedTokens(
                        (gateway, its) -> Mono.just(AuthorizationServer.fixed(gateway, its)),
                        new Exchanges(
                                new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC()),
                                new ExchangeSettings(List.of(allowed)),
                                _ -> signIn.get()),
                        clock,
                        rounds)
                .from(GATEWAY, config);
    }

    private Source source() {
        return source(config(Grant.TOKEN_EXCHANGE), server.url("/as").toString());
    }

    private static Caller caller(String user, String jwt, Instant expires) {
        return new Caller(user, Caller.Source.JWT, false, Set.of(), null, "digest of " + jwt, expires)
                .presenting(new Secret(jwt));
    }

    private static Caller ann() {
        return caller("ann", "ann1", Instant.EPOCH.plusSeconds(3600));
    }

    private static String header(Token token) {
        return token.headers().get("authorization");
    }

    private static String got(Source source, Caller caller) {
        return header(Objects.requireNonNull(source.of(caller).block(LONG)));
    }

    private static void refused(Source source, Caller caller, Class<? extends Reason> reason, String... why) {
        StepVerifier.create(source.of(caller))
                .expectErrorSatisfies(error -> {
                    assertThat(((Refusal) error).reason()).isInstanceOf(reason);
                    assertThat(error.getMessage()).contains(why).doesNotContain("ann1");
                })
                .verify(LONG);
    }

    @Test
    void aCallersTokenIsExchangedAsTheStandardSays() {
        assertThat(got(source(), ann())).isEqualTo("Bearer for-ann1-1");

        assertThat(server.forms.getLast())
                .containsEntry("grant_type", List.of("urn:ietf:params:oauth:grant-type:token-exchange"))
                .containsEntry("subject_token", List.of("ann1"))
                .containsEntry("subject_token_type", List.of("urn:ietf:params:oauth:token-type:access_token"))
                .containsEntry("requested_token_type", List.of("urn:ietf:params:oauth:token-type:access_token"))
                .containsEntry("audience", List.of("the upstream"))
                .containsEntry("resource", List.of("https://up.example.com/mcp"))
                .containsEntry("scope", List.of("mcp:read mcp:write"))
                .containsEntry("client_id", List.of("gateway"));
    }

    @Test
    void eachUserAndEachTokenOfOneHasTheirOwn() {
        var source = source();
        var narrow = caller("ann", "ann2", Instant.EPOCH.plusSeconds(3600));
        var bob = caller("bob", "bob1", Instant.EPOCH.plusSeconds(3600));

        assertThat(got(source, ann())).isEqualTo("Bearer for-ann1-1");
        assertThat(got(source, bob)).isEqualTo("Bearer for-bob1-2");
        assertThat(got(source, narrow)).isEqualTo("Bearer for-ann2-3");
        assertThat(got(source, ann())).isEqualTo("Bearer for-ann1-1");
        assertThat(got(source, bob)).isEqualTo("Bearer for-bob1-2");
    }

    @Test
    void manyCallsExchangeOnce() {
        server.slow = Duration.ofMillis(200);
        var source = source();

        var all = Flux.range(0, 200)
                .flatMap(_ -> source.of(ann()), 200)
                .map(ExchangedTokensTests::header)
                .collectList()
                .block(LONG);

        assertThat(all).hasSize(200).containsOnly("Bearer for-ann1-1");
        assertThat(server.given).hasValue(1);
    }

    @Test
    void whatWasGotIsUsedUntilItNearsItsEndAndNoLongerThanWhatItWasGotFor() {
        var source = source();
        var brief = caller("bob", "bob1", Instant.EPOCH.plusSeconds(60));
        assertThat(got(source, ann())).isEqualTo("Bearer for-ann1-1");
        assertThat(got(source, brief)).isEqualTo("Bearer for-bob1-2");

        now = now.plusSeconds(56);
        assertThat(got(source, brief)).isEqualTo("Bearer for-bob1-3");

        now = Instant.EPOCH.plusSeconds(550);
        assertThat(got(source, ann())).isEqualTo("Bearer for-ann1-1");
        await().atMost(LONG).untilAsserted(() -> assertThat(got(source, ann())).isEqualTo("Bearer for-ann1-4"));
    }

    @Test
    void oneThatTheUpstreamRefusesIsReplacedOnce() {
        var source = source();
        Token first = Objects.requireNonNull(source.of(ann()).block(LONG));

        var others = Flux.range(0, 50)
                .flatMap(_ -> source.insteadOf(first, ann()), 50)
                .map(ExchangedTokensTests::header)
                .collectList()
                .block(LONG);

        assertThat(others).hasSize(50).containsOnly("Bearer for-ann1-2");
        Token second = Objects.requireNonNull(source.of(ann()).block(LONG));
        assertThat(source.insteadOf(second, ann()).blockOptional(LONG)).isEmpty();
        assertThat(got(source, ann())).isEqualTo("Bearer for-ann1-2");
    }

    @ParameterizedTest
    @EnumSource(
            value = Caller.Source.class,
            names = {"API_TOKEN", "PROXY", "SESSION", "ANONYMOUS"})
    void whoComesWithoutATokenOfTheirOwnIsToldWhatWouldBeRight(Caller.Source came) {
        var caller = new Caller("ann", came, false, Set.of(), null, "", Instant.MAX);

        refused(source(), caller, Reason.Barred.class, "call with a JWT of your identity provider");

        assertThat(server.forms).isEmpty();
    }

    @Test
    void theIdTokenOfASignInIsExchangedForAsLongAsItIsGood() {
        signIn = () -> Mono.just(new IdToken(new Secret("ann1"), Instant.EPOCH.plusSeconds(60)));
        var source = source(config(Grant.ID_JAG), server.url("/idp").toString());
        var caller = signedIn();

        assertThat(got(source, caller)).isEqualTo("Bearer for-word-on-ann1-1");
        assertThat(server.forms.getFirst())
                .containsEntry("subject_token", List.of("ann1"))
                .containsEntry("subject_token_type", List.of("urn:ietf:params:oauth:token-type:id_token"));
        now = Instant.EPOCH.plusSeconds(50);
        assertThat(got(source, caller)).isEqualTo("Bearer for-word-on-ann1-1");
        now = Instant.EPOCH.plusSeconds(61);
        signIn = () -> Mono.error(new Refusal(new Reason.Barred("sign in again")));
        refused(source, caller, Reason.Barred.class, "sign in again");
    }

    @Test
    void aSignInIsToldWhatIsMissingAndItsTokenIsNotOpenedForNothing() {
        signIn = () -> {
            throw new AssertionError("nobody may be shown it");
        };

        refused(source(), signedIn(), Reason.Barred.class, "subject_token_type is access_token", "id_token");
        refused(source(config(Grant.ID_JAG)), signedIn(), Reason.UpstreamFailed.class, "TOKEN_EXCHANGE_ALLOWED_URLS");
        signIn = Mono::empty;
        refused(
                source(config(Grant.ID_JAG), server.url("/idp").toString()),
                signedIn(),
                Reason.Barred.class,
                "sign in again");
        assertThat(server.forms).isEmpty();
    }

    /** Whoever registers a gateway would get the tokens of all who call it. */
    @Test
    void callersTokensAreShownOnlyWhereTheOperatorLetsThem() {
        refused(
                source(config(Grant.TOKEN_EXCHANGE)),
                ann(),
                Reason.UpstreamFailed.class,
                "TOKEN_EXCHANGE_ALLOWED_URLS");
        refused(
                source(config(Grant.TOKEN_EXCHANGE), server.url("/as/").toString()),
                ann(),
                Reason.UpstreamFailed.class,
                "its token endpoint");
        refused(
                source(config(Grant.ID_JAG), server.url("/as").toString()),
                ann(),
                Reason.UpstreamFailed.class,
                "its idp_token_url");

        assertThat(server.forms).isEmpty();
    }

    @Test
    void theIdentityProvidersWordIsExchangedForAToken() {
        assertThat(got(source(config(Grant.ID_JAG), server.url("/idp").toString()), ann()))
                .isEqualTo("Bearer for-word-on-ann1-1");

        assertThat(server.forms.getFirst())
                .containsEntry("grant_type", List.of("urn:ietf:params:oauth:grant-type:token-exchange"))
                .containsEntry("requested_token_type", List.of("urn:ietf:params:oauth:token-type:id-jag"))
                .containsEntry("subject_token", List.of("ann1"))
                .containsEntry("subject_token_type", List.of("urn:ietf:params:oauth:token-type:id_token"))
                .containsEntry("audience", List.of("https://as.example.com"))
                .containsEntry("resource", List.of("https://up.example.com/mcp"))
                .containsEntry("client_id", List.of("at the idp"))
                .containsEntry("client_secret", List.of("idp's secret"));
        assertThat(server.forms.getLast())
                .containsEntry("grant_type", List.of("urn:ietf:params:oauth:grant-type:jwt-bearer"))
                .containsEntry("assertion", List.of("word-on-ann1"))
                .containsEntry("client_id", List.of("gateway"))
                .containsEntry("client_secret", List.of("secret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "urn:ietf:params:oauth:token-type:id_token",
                "urn:ietf:params:oauth:token-type:refresh_token",
                "x"
            })
    void anotherKindOfTokenIsNotTaken(String issued) {
        server.issued = issued;

        refused(source(), ann(), Reason.UpstreamFailed.class, "another kind than an access token");
    }

    @Test
    void aServerThatRefusesIsNotAskedAgainAtOnce() {
        server.refused = "invalid_grant";
        var source = source();

        refused(source, ann(), Reason.UpstreamFailed.class, "invalid_grant");
        refused(source, ann(), Reason.UpstreamFailed.class, "invalid_grant");
        assertThat(server.forms).hasSize(1);
        server.refused = "";
        now = now.plusSeconds(11);

        assertThat(got(source, ann())).isEqualTo("Bearer for-ann1-1");
    }

    @Test
    void nothingOfItIsPrinted() {
        var token = source().of(ann()).block(LONG);

        assertThat(ann().toString()).contains("token=*****").doesNotContain("token=ann1");
        assertThat(String.valueOf(token)).doesNotContain("ann1");
        assertThat(ann().with(false, Set.of(), io.penstock.caller.Grants.NONE)
                        .byCredential()
                        .presented())
                .isEqualTo(new Presented.Jwt(new Secret("ann1")));
    }
}
