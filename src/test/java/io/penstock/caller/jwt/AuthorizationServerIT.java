package io.penstock.caller.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The whole application with Spring Authorization Server as the issuer of its tokens. In order, because one set of keys goes through one
 * life: read, rotated, out of reach.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/authorization-server-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA"
        })
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AuthorizationServerIT {

    private static final AuthorizationServer IDP = new AuthorizationServer();

    @DynamicPropertySource
    static void trust(DynamicPropertyRegistry properties) {
        properties.add("penstock.jwt.issuers[0].issuer", IDP::issuer);
        properties.add("penstock.jwt.issuers[0].jwks-url", IDP::keySet);
    }

    @LocalServerPort
    private int port;

    @AfterAll
    static void stop() {
        IDP.close();
    }

    @Test
    @Order(1)
    void aTokenOfTheServersIsGoodForItsClientAndForNobodysAudience() throws Exception {
        var me = me(IDP.token());

        assertThat(me.statusCode()).isEqualTo(200);
        assertThat(me.body()).contains("\"user\":\"agent\"", "\"source\":\"jwt\"", "\"admin\":false");
        IDP.setAudience("another-service");
        assertThat(me(IDP.token()).statusCode()).isEqualTo(401);
        IDP.setAudience("penstock");
    }

    @Test
    @Order(2)
    void aTokenOfItsIsOneSignedByItsKeyAlone() throws Exception {
        var token = IDP.token();
        var parts = token.split("\\.", -1);

        assertThat(me(parts[0] + "." + parts[1] + ".AAAA").statusCode()).isEqualTo(401);
        try (var stranger = new AuthorizationServer()) {
            assertThat(me(stranger.token()).statusCode()).isEqualTo(401);
        }
    }

    @Test
    @Order(3)
    void aNewKeyOfAnotherKindIsReadWhenItsFirstTokenComes() throws Exception {
        var before = IDP.token();
        int reads = IDP.reads();
        IDP.rotate(AuthorizationServer.ec());

        assertThat(me(IDP.token()).statusCode()).isEqualTo(200);
        assertThat(IDP.reads()).isEqualTo(reads + 1);
        assertThat(me(before).statusCode()).isEqualTo(401);
    }

    @Test
    @Order(4)
    void knownKeysOutliveAnOutageOfTheServer() throws Exception {
        IDP.setDown(true);

        assertThat(me(IDP.token()).statusCode()).isEqualTo(200);
        IDP.setDown(false);
    }

    @Test
    @Order(5)
    void unknownKeysDoNotMakeItReadAgainAndAgain() throws Exception {
        var before = IDP.token();
        assertThat(me(before).statusCode()).isEqualTo(200);
        int reads = IDP.reads();

        for (int i = 0; i < 5; i++) {
            IDP.rotate(AuthorizationServer.rsa());
            assertThat(me(IDP.token()).statusCode()).isIn(200, 401, 503);
        }

        assertThat(IDP.reads()).isLessThanOrEqualTo(reads + 1);
        assertThat(me(before).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> me(String token) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/auth/me"))
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    BodyHandlers.ofString());
        }
    }
}
