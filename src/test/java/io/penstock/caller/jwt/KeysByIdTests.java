package io.penstock.caller.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Assertions of an AWS load balancer, whose keys are published each by itself. */
class KeysByIdTests {

    private static final String ISSUER = "https://cognito-idp.example.com/pool";
    private static final String BALANCER = "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/mcp/1";
    private static final ECKey KEY = Tokens.EC;

    private final Tokens.Clock clock = new Tokens.Clock();
    private final List<String> read = new ArrayList<>();
    private final KeysById keys = new KeysById(kid -> Mono.fromSupplier(() -> key(kid)), clock);
    private final Assertions assertions =
            new Assertions(ISSUER, BALANCER, "", true, keys, clock, Schedulers.immediate());

    private com.nimbusds.jose.jwk.JWK key(String kid) {
        read.add(kid);
        if (!kid.equals(KEY.getKeyID())) {
            throw new IllegalStateException("404");
        }
        return KeysById.parse(pem());
    }

    private static String pem() {
        try {
            return "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(KEY.toPublicKey().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n";
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private JWTClaimsSet claims() {
        return Tokens.claims(clock.instant())
                .issuer(ISSUER)
                .audience((String) null)
                .subject("an-opaque-id")
                .claim("email", "Alice@example.com")
                .issueTime(null)
                .build();
    }

    private Mono<String> user(ECKey key, String signer) {
        return assertions
                .user(AssertionTokens.ofALoadBalancer(key, signer, claims()), clock.instant())
                .map(Assertions.Asserted::user);
    }

    private static void refused(Mono<String> user, Class<? extends Reason> reason) {
        StepVerifier.create(user)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> assertThat(refusal.reason()).isInstanceOf(reason)));
    }

    @Test
    void theUserIsWhomTheLoadBalancerSigned() {
        for (int i = 0; i < 2; i++) {
            StepVerifier.create(user(KEY, BALANCER))
                    .expectNext("alice@example.com")
                    .verifyComplete();
        }
        assertThat(read).containsExactly("ec-1");
    }

    /** Everybody's load balancers of a region have their keys at the same address. */
    @Test
    void anotherLoadBalancersWordIsNotTaken() {
        refused(user(KEY, BALANCER + "2"), Reason.Unauthenticated.class);
        refused(user(Tokens.ec("ec-1"), BALANCER), Reason.Unauthenticated.class);
    }

    /** S8, S9. */
    @ParameterizedTest
    @ValueSource(strings = {"../ec-1", "a/b", "a?b", "http://evil", "", "%2e"})
    void anIdThatIsNoneIsNotLookedFor(String kid) {
        refused(keys.find(kid).map(Object::toString), Reason.Unauthenticated.class);
        assertThat(read).isEmpty();
    }

    @Test
    void unknownIdsAreLookedForOneASecondAndOnlyOnce() {
        refused(keys.find("a").map(Object::toString), Reason.Unavailable.class);
        refused(keys.find("b").map(Object::toString), Reason.Unavailable.class);
        refused(keys.find("a").map(Object::toString), Reason.Unavailable.class);
        assertThat(read).containsExactly("a");

        clock.advance(Duration.ofSeconds(1));
        refused(keys.find("b").map(Object::toString), Reason.Unavailable.class);
        assertThat(read).containsExactly("a", "b");
    }
}
