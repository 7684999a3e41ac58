package io.penstock.caller.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.JWK;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The whole application with Spring Authorization Server as the issuer of its tokens. What happens to a set of keys happens to that of a
 * server of its own.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/authorization-server-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA"
        })
class AuthorizationServerIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final AuthorizationServer STEADY = new AuthorizationServer();
    private static final AuthorizationServer ROTATED = new AuthorizationServer();
    private static final AuthorizationServer FAILING = new AuthorizationServer();
    private static final AuthorizationServer RESTLESS = new AuthorizationServer();
    private static final List<AuthorizationServer> ALL = List.of(STEADY, ROTATED, FAILING, RESTLESS);

    @DynamicPropertySource
    static void trust(DynamicPropertyRegistry properties) {
        for (int place = 0; place < ALL.size(); place++) {
            String trusted = "penstock.jwt.issuers[" + place + "].";
            properties.add(trusted + "issuer", ALL.get(place)::issuer);
            properties.add(trusted + "jwks-url", ALL.get(place)::keySet);
        }
    }

    @LocalServerPort
    private int port;

    @AfterAll
    static void stop() {
        ALL.forEach(AuthorizationServer::close);
    }

    @Test
    void aTokenOfTheServersIsGoodForItsClientAndForNobodysAudience() throws Exception {
        var me = me(STEADY.token());

        assertThat(me.statusCode()).isEqualTo(200);
        assertThat(me.body()).contains("\"user\":\"agent\"", "\"source\":\"jwt\"", "\"admin\":false");
        STEADY.setAudience("another-service");
        assertThat(me(STEADY.token()).statusCode()).isEqualTo(401);
        STEADY.setAudience("penstock");
    }

    @Test
    void aTokenOfItsIsOneSignedByItsKeyAlone() throws Exception {
        var token = STEADY.token();
        var parts = token.split("\\.", -1);

        assertThat(me(parts[0] + "." + parts[1] + ".AAAA").statusCode()).isEqualTo(401);
        try (var stranger = new AuthorizationServer()) {
            assertThat(me(stranger.token()).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aNewKeyOfAnotherKindIsReadWhenItsFirstTokenComes() throws Exception {
        var before = taken(ROTATED);
        int reads = ROTATED.reads();
        ROTATED.rotate(AuthorizationServer.ec());

        var _ = taken(ROTATED);
        assertThat(ROTATED.reads()).isEqualTo(reads + 1);
        assertThat(me(before).statusCode()).isEqualTo(401);
    }

    @Test
    void knownKeysOutliveAnOutageOfTheServer() throws Exception {
        var another = FAILING.token();
        var _ = taken(FAILING);
        int reads = FAILING.reads();
        FAILING.setDown(true);
        FAILING.rotate(AuthorizationServer.rsa());

        await().atMost(LONG).until(() -> {
            assertThat(me(FAILING.token()).statusCode()).isEqualTo(401);
            return FAILING.reads() == reads + 1;
        });
        assertThat(me(another).statusCode()).isEqualTo(200);
    }

    @Test
    void unknownKeysDoNotMakeItReadAgainAndAgain() throws Exception {
        var more = Stream.generate(AuthorizationServer::rsa).limit(5).toList();
        var _ = taken(RESTLESS);
        RESTLESS.rotate(AuthorizationServer.rsa());
        var known = RESTLESS.token();
        var _ = taken(RESTLESS);
        int reads = RESTLESS.reads();

        for (JWK key : more) {
            RESTLESS.rotate(key);
            assertThat(me(RESTLESS.token()).statusCode()).isEqualTo(401);
        }

        assertThat(RESTLESS.reads()).isEqualTo(reads);
        assertThat(me(known).statusCode()).isEqualTo(200);
    }

    /** A token of that server's that is good: where the keys could not be read in time, they are only after a pause. */
    private String taken(AuthorizationServer server) throws Exception {
        String token = server.token();
        await().atMost(LONG).until(() -> me(token).statusCode() == 200);
        return token;
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
