package io.penstock.oauth.grant;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.egress.Egresses;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.vault.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** Token endpoints that misbehave, and what is sent to one that does not. */
class TokenEndpointTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String RESOURCE = "https://up.example.com/mcp";
    private static final String TOKEN = "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":60}";

    @RegisterExtension
    static final WireMockExtension PROVIDER = WireMockExtension.newInstance()
            .options(options().dynamicPort().bindAddress("127.0.0.1"))
            .build();

    private final TokenEndpoint endpoint = new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC());

    /** A test's own: a server may note a request whose connection broke after the test that sent it. */
    private final String path = "/" + UUID.randomUUID();

    private AuthorizationServer server(ClientAuth auth, String resource) {
        return new AuthorizationServer(
                null,
                null,
                URI.create("http://127.0.0.1:" + PROVIDER.getPort() + path),
                null,
                new Client("id", new Secret("secret"), null, auth),
                false,
                List.of("a", "b"),
                resource,
                true,
                null,
                List.of());
    }

    private static void answers(ResponseDefinitionBuilder response) {
        PROVIDER.stubFor(any(anyUrl()).willReturn(response));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aConnectionThatBreaksIsAFailureThatMayPass(Fault fault) {
        answers(aResponse().withFault(fault));

        fails("the token endpoint");
    }

    /** What it held may be spent. */
    @ParameterizedTest
    @EnumSource(Fault.class)
    void aFormIsSentOnceThoughItsConnectionWasKeptAndBreaks(Fault fault) {
        answers(aResponse().withBody(TOKEN));
        granted(server(ClientAuth.NONE, RESOURCE));
        answers(aResponse().withFault(fault));

        fails("the token endpoint");

        PROVIDER.verify(2, postRequestedFor(urlEqualTo(path)));
    }

    @Test
    void aRedirectIsNotFollowed() {
        answers(aResponse().withStatus(307).withHeader("Location", "/elsewhere"));

        fails("answered 307");
        PROVIDER.verify(0, postRequestedFor(urlEqualTo("/elsewhere")));
    }

    @Test
    void aHugeAnswerIsNotReadToItsEnd() {
        answers(aResponse().withBody("{\"x\":\"" + "y".repeat(70_000) + "\"}"));

        fails("could not be reached");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html></html>", "", "{}", "null"})
    void whatIsNoTokenIsNone(String body) {
        answers(aResponse().withBody(body));

        fails("without an access_token");
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForForever() {
        answers(aResponse().withBody(TOKEN).withFixedDelay(60_000));

        StepVerifier.withVirtualTime(() -> endpoint.clientCredentials(server(ClientAuth.NONE, RESOURCE)))
                .thenAwait(TokenEndpoint.PATIENCE)
                .verifyErrorSatisfies(
                        error -> assertThat(((TokenRefused) error).detail()).contains("did not answer in time"));
    }

    @Test
    void aClientShowsItselfAsItIsToldTo() {
        answers(aResponse().withBody(TOKEN));

        granted(server(ClientAuth.CLIENT_SECRET_BASIC, RESOURCE));
        granted(server(ClientAuth.CLIENT_SECRET_POST, "https://other.example.com"));

        var sent = PROVIDER.getAllServeEvents();
        var post = sent.get(0).getRequest();
        var basic = sent.get(1).getRequest();
        assertThat(basic.getHeader("Authorization")).isEqualTo("Basic aWQ6c2VjcmV0");
        assertThat(basic.getBodyAsString())
                .isEqualTo("grant_type=client_credentials&resource=https%3A%2F%2Fup.example.com%2Fmcp&scope=a+b");
        assertThat(basic.getHeader("Accept")).isEqualTo("application/json");
        assertThat(post.getHeader("Authorization")).isNull();
        assertThat(post.getBodyAsString())
                .isEqualTo("grant_type=client_credentials&resource=https%3A%2F%2Fother.example.com&scope=a+b"
                        + "&client_id=id&client_secret=secret");
    }

    private void granted(AuthorizationServer server) {
        StepVerifier.create(endpoint.clientCredentials(server))
                .assertNext(granted -> assertThat(granted.access().reveal()).isEqualTo("t"))
                .expectComplete()
                .verify(LONG);
    }

    private void fails(String detail) {
        StepVerifier.create(endpoint.clientCredentials(server(ClientAuth.CLIENT_SECRET_BASIC, RESOURCE)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                TokenRefused.class,
                                refused -> assertThat(refused.detail()).contains(detail)))
                .verify(LONG);
    }
}
