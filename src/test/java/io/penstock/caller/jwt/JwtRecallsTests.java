package io.penstock.caller.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.caller.Digest;
import io.penstock.store.Revocations;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class JwtRecallsTests {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration LIFE = Duration.ofDays(366);

    /** {"iss":"penstock","sub":"ann","jti":"one","exp":1769864400}, a minute before the hour after now. */
    private static final String WITH_ID = "eyJhbGciOiJIUzI1NiJ9."
            + "eyJpc3MiOiJwZW5zdG9jayIsInN1YiI6ImFubiIsImp0aSI6Im9uZSIsImV4cCI6MTc2OTg2NDQwMH0.AAAA";

    /** {"iss":"penstock","sub":"ann"}. */
    private static final String WITHOUT = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJwZW5zdG9jayIsInN1YiI6ImFubiJ9.AAAA";

    private final Map<String, Instant> revoked = new HashMap<>();

    private final JwtRecalls recalls = new JwtRecalls(
            new JwtSettings(
                    new Secret("zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH"),
                    "HS256",
                    null,
                    null,
                    null,
                    "penstock",
                    "penstock",
                    LIFE,
                    List.of()),
            new Revocations() {
                @Override
                public boolean revoked(String digest) {
                    return revoked.containsKey(digest);
                }

                @Override
                public Mono<Void> revoke(String digest, Instant until) {
                    return Mono.fromRunnable(() -> revoked.put(digest, until));
                }
            },
            InstantSource.fixed(NOW));

    @Test
    void anIdIsOfItsIssuerAndOfNobodyElse() {
        StepVerifier.create(recalls.byId("one", "https://idp.example.com", NOW.plusSeconds(60)))
                .expectNextMatches(recalled -> recalled.id().equals("one"))
                .verifyComplete();

        assertThat(revoked)
                .containsExactly(Map.entry(
                        Digest.ofTokenId("https://idp.example.com", "one").hex(), NOW.plusSeconds(120)));
    }

    @Test
    void whatDoesNotSayWhenItEndsIsKeptInMindAsLongAsAnyTokenLives() {
        StepVerifier.create(recalls.byId("one", "penstock", null))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(recalls.byId("two", "penstock", Instant.MAX.minusSeconds(60)))
                .expectNextCount(1)
                .verifyComplete();

        assertThat(revoked.values()).containsOnly(NOW.plus(LIFE).plusSeconds(60));
    }

    @Test
    void aTokenIsEndedByItselfAndByItsId() {
        StepVerifier.create(recalls.byToken(WITH_ID))
                .expectNextMatches(recalled -> recalled.id().equals("one"))
                .verifyComplete();
        StepVerifier.create(recalls.byToken(WITHOUT))
                .expectNextMatches(recalled ->
                        recalled.id().equals(Digest.ofSigned(WITHOUT).hex()))
                .verifyComplete();

        assertThat(revoked)
                .containsOnlyKeys(
                        Digest.ofSigned(WITH_ID).hex(),
                        Digest.ofTokenId("penstock", "one").hex(),
                        Digest.ofSigned(WITHOUT).hex());
    }

    @Test
    void whatIsNoJwtIsRefused() {
        for (String token : List.of("", "a.b.c", "pst_something")) {
            StepVerifier.create(recalls.byToken(token)).verifyError(Refusal.class);
        }

        assertThat(revoked).isEmpty();
    }
}
