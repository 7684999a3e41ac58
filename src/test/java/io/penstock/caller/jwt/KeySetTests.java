package io.penstock.caller.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import io.penstock.wire.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** S9 and S12. */
class KeySetTests {

    private static final JWK FIRST = Tokens.ec("first");
    private static final JWK SECOND = Tokens.ec("second");

    private final Tokens.Clock clock = new Tokens.Clock();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger drops = new AtomicInteger();
    private List<JWK> published = Tokens.published(FIRST);
    private boolean down;
    private Runnable told = () -> {};
    private final KeySet keys = keySet(clock);

    @Test
    void keysAreReadOnceInFiveMinutes() {
        for (int minute = 0; minute < 5; minute++) {
            assertThat(found("first")).containsExactly("first");
            clock.advance(Duration.ofSeconds(59));
        }
        assertThat(reads).hasValue(1);

        clock.advance(Duration.ofSeconds(6));
        assertThat(found("first")).containsExactly("first");
        assertThat(reads).hasValue(2);
    }

    @Test
    void aNewKeyIsFoundByOneExtraRead() {
        assertThat(found("first")).containsExactly("first");
        published = Tokens.published(FIRST, SECOND);

        assertThat(found("second")).containsExactly("first", "second");
        assertThat(reads).hasValue(2);
    }

    @Test
    void aFloodOfUnknownKeysMakesOneExtraReadInThirtySeconds() {
        found("first");

        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 100; i++) {
                assertThat(found("unknown-" + second + "-" + i)).containsExactly("first");
            }
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(reads).hasValue(3);
    }

    @Test
    void aKeyThatWasNotThereIsNotLookedForAgain() {
        found("first");
        found("gone");
        clock.advance(Duration.ofMinutes(2));
        found("gone");

        assertThat(reads).hasValue(2);
    }

    @Test
    void aKeyThatIsNoLongerPublishedStopsHolding() {
        SigningKey first = key("first");
        published = Tokens.published(SECOND);
        assertThat(first.isGood(clock.millis())).isTrue();
        told = () -> assertThat(first.isGood(clock.millis()))
                .as("told when it is so")
                .isFalse();

        keys.refresh().block(Duration.ofSeconds(5));

        assertThat(first.isGood(clock.millis())).isFalse();
        assertThat(drops).hasValue(1);
        assertThat(found("second")).containsExactly("second");
    }

    @Test
    void aKeyThatIsStillPublishedStaysTheSame() {
        SigningKey before = key("first");
        published = Tokens.published(Tokens.rsa("third"), FIRST);
        clock.advance(Duration.ofMinutes(6));

        assertThat(key("first")).isSameAs(before);
        clock.advance(Duration.ofMinutes(59));
        assertThat(before.isGood(clock.millis())).isTrue();
        assertThat(drops).hasValue(0);
    }

    @Test
    void theLastGoodKeysHoldForAnHourWhileTheIssuerIsDown() {
        SigningKey first = key("first");
        down = true;
        clock.advance(Duration.ofMinutes(59));

        assertThat(found("first")).containsExactly("first");
        assertThat(first.isGood(clock.millis())).isTrue();
        clock.advance(Duration.ofMinutes(2));

        assertThat(first.isGood(clock.millis())).isFalse();
        StepVerifier.create(keys.find("first"))
                .verifyErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Refusal.Reason.Unavailable.class));
    }

    @Test
    void anIssuerThatIsDownIsAskedEveryThirtySeconds() {
        found("first");
        down = true;
        clock.advance(Duration.ofMinutes(5));

        for (int second = 0; second < 60; second++) {
            found("first");
            found("unknown-" + second);
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(reads).hasValue(3);
    }

    @Test
    void anIssuerThatComesBackIsHeard() {
        down = true;
        StepVerifier.create(keys.find("first")).verifyError(Refusal.class);
        StepVerifier.create(keys.find("first")).verifyError(Refusal.class);
        assertThat(reads).hasValue(1);
        down = false;
        clock.advance(Duration.ofSeconds(5));

        assertThat(found("first")).containsExactly("first");
    }

    @Test
    void aFailedExtraReadLeavesTheKnownKeys() {
        found("first");
        down = true;

        assertThat(found("second")).containsExactly("first");
        assertThat(found("first")).containsExactly("first");
    }

    @Test
    void allWhoWaitShareOneRead() {
        Sinks.One<List<JWK>> slow = Sinks.one();
        var counted = new KeySet(
                "a", slow.asMono().doOnSubscribe(s -> reads.incrementAndGet()), clock, drops::incrementAndGet);
        List<Mono<List<SigningKey>>> waiting = new ArrayList<>();
        IntStream.range(0, 100).forEach(i -> waiting.add(counted.find("first")));

        StepVerifier.create(Flux.merge(waiting).then())
                .then(() -> slow.tryEmitValue(published).orThrow())
                .verifyComplete();
        assertThat(reads).hasValue(1);
    }

    @Test
    void aReadGoesOnThoughWhoAskedIsGone() {
        Sinks.One<List<JWK>> slow = Sinks.one();
        var cancelled = new KeySet("a", slow.asMono(), clock, drops::incrementAndGet);
        cancelled.find("first").subscribe().dispose();

        slow.tryEmitValue(published).orThrow();

        StepVerifier.create(cancelled.find("first").map(List::size))
                .expectNext(1)
                .verifyComplete();
    }

    @Test
    void manyWithANewKeyAtOnceAllFindIt() {
        found("first");
        published = Tokens.published(FIRST, SECOND);

        StepVerifier.create(Flux.range(0, 200)
                        .flatMap(i -> Mono.defer(() -> keys.find("second")).subscribeOn(Schedulers.parallel()), 200)
                        .map(List::size)
                        .distinct())
                .expectNext(2)
                .verifyComplete();
        assertThat(reads).hasValue(2);
    }

    @Test
    void aReadThatEndsWhileAKeyIsSoughtIsSeen() {
        var between = new AtomicReference<Runnable>(() -> {});
        KeySet interrupted = keySet(() -> {
            between.getAndSet(() -> {}).run();
            return clock.instant();
        });
        Runnable bothAreFound =
                () -> StepVerifier.create(interrupted.find("second").map(List::size))
                        .expectNext(2)
                        .verifyComplete();
        StepVerifier.create(interrupted.refresh()).verifyComplete();
        published = Tokens.published(FIRST, SECOND);

        between.set(bothAreFound);
        bothAreFound.run();
        assertThat(reads).hasValue(2);
    }

    private KeySet keySet(InstantSource clock) {
        return new KeySet(
                "https://idp.example.com",
                Mono.defer(() -> {
                    reads.incrementAndGet();
                    return down ? Mono.error(new IOException("it answered 500")) : Mono.just(published);
                }),
                clock,
                () -> {
                    drops.incrementAndGet();
                    told.run();
                });
    }

    private List<String> found(String kid) {
        return keys.find(kid).block(Duration.ofSeconds(5)).stream()
                .map(key -> key.jwk().getKeyID())
                .toList();
    }

    private SigningKey key(String kid) {
        return keys.find(kid).block(Duration.ofSeconds(5)).stream()
                .filter(key -> kid.equals(key.jwk().getKeyID()))
                .findFirst()
                .orElseThrow();
    }
}
