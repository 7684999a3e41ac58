package io.penstock.caller.jwt;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.test.StepVerifier;

/** What an identity provider may answer instead of its keys. */
class PublishedKeysTests {

    @RegisterExtension
    private final WireMockExtension idp =
            WireMockExtension.newInstance().options(options().dynamicPort()).build();

    @Test
    void readsPublicKeysAndNothingElse() {
        answers(aResponse()
                .withBody(new JWKSet(List.of(Tokens.RSA, Tokens.EC, Tokens.secret(Tokens.SECRET))).toString(false)));

        StepVerifier.create(keys())
                .assertNext(keys -> {
                    assertThat(keys).extracting(JWK::getKeyID).containsExactly("rsa-1", "ec-1");
                    assertThat(keys).noneMatch(JWK::isPrivate);
                })
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>maintenance</html>",
                "[]",
                "{}",
                "null",
                "{\"keys\":{}}",
                "{\"keys\":[]}",
                "{\"keys\":[7]}",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}"
            })
    void garbageIsIgnored(String body) {
        answers(aResponse().withBody(body));

        StepVerifier.create(keys()).verifyError();
    }

    @Test
    void aWeakKeyIsIgnored() throws JOSEException {
        answers(aResponse().withBody(new JWKSet(new RSAKeyGenerator(1024, true).generate()).toString(true)));

        StepVerifier.create(keys())
                .verifyErrorMatches(error -> error.getMessage().contains("2048"));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 301, 302, 307, 401, 404, 429, 500, 503})
    void anyStatusBut200IsIgnored(int status) {
        String good = new JWKSet(Tokens.RSA).toString(true);
        answers(aResponse()
                .withStatus(status)
                .withHeader("location", idp.url("/other"))
                .withBody(good));
        idp.stubFor(get(urlEqualTo("/other")).willReturn(aResponse().withBody(good)));

        StepVerifier.create(keys()).verifyError();
        idp.verify(0, getRequestedFor(urlEqualTo("/other")));
    }

    @Test
    void aHugeBodyIsIgnored() {
        answers(aResponse().withBody("{\"keys\":[], \"padding\":\"" + "a".repeat(70_000) + "\"}"));

        StepVerifier.create(keys())
                .verifyErrorMatches(error -> error.getMessage().contains("65536"));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aBrokenAnswerIsIgnored(Fault fault) {
        answers(aResponse().withFault(fault));

        StepVerifier.create(keys()).verifyError();
    }

    @Test
    void aSlowIssuerIsGivenUpAfterFiveSeconds() {
        answers(aResponse().withBody(new JWKSet(Tokens.RSA).toString(true)).withFixedDelay(60_000));

        StepVerifier.withVirtualTime(() -> PublishedKeys.at(URI.create(idp.url("/jwks")), HttpClient.create()))
                .thenAwait(PublishedKeys.PATIENCE)
                .verifyErrorMatches(error -> error instanceof java.util.concurrent.TimeoutException);
    }

    @Test
    void anIssuerThatIsDownIsAnError() {
        URI nobody = URI.create("http://127.0.0.1:1/jwks");

        StepVerifier.create(PublishedKeys.at(nobody, HttpClient.create())).verifyError();
    }

    private void answers(ResponseDefinitionBuilder answer) {
        idp.stubFor(get(urlEqualTo("/jwks")).willReturn(answer));
    }

    private Mono<List<JWK>> keys() {
        return PublishedKeys.at(URI.create(idp.url("/jwks")), HttpClient.create(), Duration.ofMinutes(1));
    }
}
