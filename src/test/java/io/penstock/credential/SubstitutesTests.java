package io.penstock.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.audit.Trail;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateway.SealedAuth;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Rotation;
import io.penstock.catalog.Rotation.Kept;
import io.penstock.catalog.Rotation.State;
import io.penstock.catalog.Rotations;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshots;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class SubstitutesTests {

    private final Gateway plain = Snapshots.gateway("a", Visibility.PUBLIC, null, true);
    private final Gateway old = with(null);
    private final Gateway rotated = with(new Rotation(
            State.GRACE,
            Instant.EPOCH,
            new Kept(old.auth().id(), "bearer", "{}", new byte[1], null, Instant.MAX),
            null));
    private final AtomicInteger looks = new AtomicInteger();
    private final List<String> rolledBack = new ArrayList<>();
    private final List<Trail.Entry> recorded = new ArrayList<>();
    private Gateway stored = rotated;

    private Gateway with(Rotation rotation) {
        return new Gateway(
                plain.id(),
                plain.name(),
                plain.slug(),
                plain.url(),
                null,
                plain.transport(),
                new SealedAuth(UUID.randomUUID(), "bearer", "{}", new byte[1], rotation),
                null,
                plain.visibility(),
                null,
                plain.owner(),
                List.of(),
                List.of(),
                null,
                plain.driftPolicy(),
                false,
                plain.enabled(),
                plain.status(),
                plain.createdAt(),
                plain.updatedAt(),
                plain.version());
    }

    private Substitutes substitutes(int refusals) {
        var gateways = (Gateways) Proxy.newProxyInstance(
                Gateways.class.getClassLoader(),
                new Class<?>[] {Gateways.class},
                (_, _, _) -> Mono.fromSupplier(() -> {
                    looks.incrementAndGet();
                    return stored;
                }));
        var rotations = (Rotations) Proxy.newProxyInstance(
                Rotations.class.getClassLoader(),
                new Class<?>[] {Rotations.class},
                (_, method, arguments) -> method.getName().equals("before")
                        ? Mono.just(old)
                        : Mono.fromRunnable(() -> rolledBack.add(String.valueOf(arguments[2])))
                                .then((Mono<?>) arguments[3]));
        var trail = (Trail) Proxy.newProxyInstance(
                Trail.class.getClassLoader(),
                new Class<?>[] {Trail.class},
                (_, _, arguments) -> Mono.fromRunnable(() -> recorded.add((Trail.Entry) arguments[0])));
        return new Substitutes(gateways, rotations, trail, new CredentialSettings(Duration.ofHours(1), refusals));
    }

    @Test
    void whoStillShowedTheOldOneGetsTheNewOne() {
        assertThat(substitutes(5).insteadOf(old).block()).isSameAs(rotated);
        assertThat(rolledBack).isEmpty();
    }

    @Test
    void whoShowedTheNewOneGetsTheOldOneWhileItIsKept() {
        assertThat(substitutes(5).insteadOf(rotated).block()).isSameAs(old);
    }

    @Test
    void aGatewayWithoutARotationHasNoOther() {
        stored = old;

        assertThat(substitutes(5).insteadOf(old).block()).isNull();
    }

    @Test
    void aCredentialOnTrialStandsAlone() {
        var trial = with(new Rotation(State.TRIAL, Instant.EPOCH, null, null));

        assertThat(substitutes(5).insteadOf(trial).block()).isNull();
        assertThat(looks).hasValue(0);
    }

    @Test
    void aBurstTakesTheOldOneBackOnceAndIsInTheTrail() {
        var substitutes = substitutes(3);

        for (int i = 0; i < 10; i++) {
            assertThat(substitutes.insteadOf(rotated).block()).isSameAs(old);
        }

        assertThat(rolledBack).hasSize(1).first().asString().contains("3 calls within 60 seconds were refused with it");
        assertThat(recorded)
                .singleElement()
                .satisfies(entry -> assertThat(entry.action()).isEqualTo("rollback"));
    }

    @Test
    void withoutAThresholdNothingIsTakenBack() {
        var substitutes = substitutes(0);

        for (int i = 0; i < 10; i++) {
            assertThat(substitutes.insteadOf(rotated).block()).isSameAs(old);
        }

        assertThat(rolledBack).isEmpty();
    }

    @Test
    void anUpstreamThatRefusesEverythingAsksTheDatabaseOnce() {
        stored = old;
        var substitutes = substitutes(5);

        for (int i = 0; i < 100; i++) {
            assertThat(substitutes.insteadOf(old).block()).isNull();
        }

        assertThat(looks.get()).isLessThan(10);
    }
}
