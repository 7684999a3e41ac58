package io.penstock.relay.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.catalog.snapshot.SwappedCatalog;
import io.penstock.loop.BegunRounds;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.UpstreamFailed.How;
import io.penstock.wire.Reply;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Two of four failures stop the calls, one good one lets them go on. */
class BreakersTests {

    private static final Gateway WEATHER = Snapshots.gateway("weather", Visibility.PUBLIC, null, true);
    private static final Gateway MAIL = Snapshots.gateway("mail", Visibility.PUBLIC, null, true);
    private static final Reply DONE = new Reply.Json(200, new byte[0], null);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SwappedCatalog catalog = new SwappedCatalog(Snapshots.of(WEATHER, MAIL));
    private final Breakers breakers =
            new Breakers(new BreakerSettings(4, 50, PAUSE, 1, 2), meters, catalog, new BegunRounds(), nanos::get);
    private final AtomicInteger sent = new AtomicInteger();

    private void later(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private Mono<Reply> upstream(Mono<Reply> reply) {
        return Mono.defer(() -> {
            sent.incrementAndGet();
            return reply;
        });
    }

    private static Mono<Reply> failing(Reason reason) {
        return Mono.error(new Refusal(reason));
    }

    private static Mono<Reply> down() {
        return failing(new Reason.UpstreamFailed("The upstream could not be reached or broke off", null));
    }

    private void call(Gateway gateway, Mono<Reply> reply, int times) {
        for (int i = 0; i < times; i++) {
            var _ = breakers.call(gateway, upstream(reply)).onErrorComplete().block();
        }
    }

    @Test
    void oneThatIsDeletedIsNotInTroubleAnyMore() {
        call(WEATHER, down(), 4);
        call(MAIL, down(), 4);
        assertThat(open()).isEqualTo(2);

        catalog.swap(Snapshots.of(MAIL));

        assertThat(open()).isOne();
        assertThat(breakers.circuit(WEATHER.id())).isEqualTo(Circuit.CLOSED);
        assertThat(breakers.circuit(MAIL.id())).isEqualTo(Circuit.OPEN);
    }

    private double open() {
        return meters.get("penstock.breaker.open").gauge().value();
    }

    @Test
    void anUpstreamThatFailsIsSparedAndTheOthersNoticeNothing() {
        call(WEATHER, down(), 4);

        StepVerifier.create(breakers.call(WEATHER, upstream(Mono.just(DONE))))
                .verifyErrorSatisfies(error -> assertThat(((Refusal) error).reason())
                        .isEqualTo(new Reason.Unavailable(
                                "This upstream failed too often, and is not called for a while: try again later",
                                PAUSE)));
        assertThat(sent).hasValue(4);
        assertThat(breakers.circuit(WEATHER.id())).isEqualTo(Circuit.OPEN);
        assertThat(open()).isOne();
        StepVerifier.create(breakers.call(MAIL, Mono.just(DONE)))
                .expectNext(DONE)
                .verifyComplete();
        assertThat(breakers.circuit(MAIL.id())).isEqualTo(Circuit.CLOSED);
    }

    @Test
    void afterAPauseOneCallShowsWhetherItIsBack() {
        call(WEATHER, down(), 4);
        later(PAUSE.multipliedBy(2));

        call(WEATHER, down(), 1);
        assertThat(breakers.circuit(WEATHER.id())).isEqualTo(Circuit.OPEN);
        later(PAUSE.multipliedBy(2));
        call(WEATHER, Mono.just(DONE), 1);

        assertThat(breakers.circuit(WEATHER.id())).isEqualTo(Circuit.CLOSED);
        assertThat(open()).isZero();
        StepVerifier.create(breakers.call(WEATHER, Mono.just(DONE)))
                .expectNext(DONE)
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 429})
    void whatCallersDoWrongNeverStopsTheCalls(int status) {
        call(WEATHER, failing(new Reason.UpstreamFailed("no", status)), 20);
        call(WEATHER, failing(new Reason.UpstreamFailed("no", null, How.UNKNOWN_GATEWAY)), 20);
        call(WEATHER, failing(new Reason.BadParams("no")), 20);

        assertThat(breakers.circuit(WEATHER.id())).isEqualTo(Circuit.CLOSED);
        assertThat(sent).hasValue(60);
    }

    @Test
    void anAnswerThatIsLargerThanIsTakenSaysNothingAgainstTheUpstream() {
        call(WEATHER, failing(new Reason.UpstreamFailed("The upstream's answer is larger", null, How.TOO_LARGE)), 20);

        assertThat(breakers.circuit(WEATHER.id())).isEqualTo(Circuit.CLOSED);
        assertThat(sent).hasValue(20);
    }

    @Test
    void aFewFailuresAmongManyCallsAreForgotten() {
        call(WEATHER, down(), 1);
        call(WEATHER, Mono.just(DONE), 4);
        call(WEATHER, down(), 1);
        call(WEATHER, Mono.just(DONE), 3);

        assertThat(breakers.circuit(WEATHER.id())).isEqualTo(Circuit.CLOSED);
    }

    @Test
    void exchangesCountAsCallsDo() {
        Flux<String> slow = Flux.error(new Refusal(new Reason.UpstreamTimedOut("late")));
        for (int i = 0; i < 4; i++) {
            StepVerifier.create(breakers.exchange(WEATHER, slow)).verifyError(Refusal.class);
        }

        StepVerifier.create(breakers.exchange(WEATHER, Flux.just("never asked for")))
                .verifyErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.Unavailable.class));
    }

    @Test
    void exchangesShowWithTheirFirstMessageThatTheUpstreamIsBack() {
        var three = down(Duration.ofMillis(50));

        for (int i = 0; i < 3; i++) {
            var _ = three.exchange(WEATHER, Flux.just("response").concatWith(Flux.never()))
                    .take(1)
                    .blockLast();
        }

        assertThat(three.circuit(WEATHER.id())).isEqualTo(Circuit.CLOSED);
    }

    @Test
    void whatGoesWrongAfterTheFirstMessageOfAnExchangeStillCounts() {
        var three = down(Duration.ofMillis(50));

        for (int i = 0; i < 2; i++) {
            var _ = three.exchange(WEATHER, Flux.concat(Flux.just("told"), down()))
                    .onErrorComplete()
                    .blockLast();
        }

        assertThat(three.circuit(WEATHER.id())).isEqualTo(Circuit.CLOSED); // one of the three failed
        for (int i = 0; i < 4; i++) {
            var _ = three.exchange(WEATHER, Flux.concat(Flux.just("told"), down()))
                    .onErrorComplete()
                    .blockLast();
        }
        assertThat(three.circuit(WEATHER.id())).isEqualTo(Circuit.OPEN);
    }

    @Test
    void oneThatSaysNothingDoesNotShutTheOthersOut() {
        var pause = Duration.ofMillis(50);
        var three = down(pause);
        var silent = three.exchange(WEATHER, Flux.never()).subscribe();
        var talking = three.exchange(WEATHER, Flux.just("told").concatWith(Flux.never()))
                .subscribe();
        var _ = three.exchange(WEATHER, Flux.just("response")).blockLast();

        later(pause.multipliedBy(7));
        StepVerifier.create(three.exchange(WEATHER, Flux.just("response"))).verifyError(Refusal.class);
        later(pause.multipliedBy(2));
        StepVerifier.create(three.exchange(WEATHER, Flux.just("response")))
                .expectNext("response")
                .verifyComplete();

        silent.dispose();
        talking.dispose();
    }

    /** An upstream that is seldom called. */
    @Test
    void goodOnesThatComeSeldomCloseItToo() {
        var pause = Duration.ofMillis(20);
        var three = down(pause);

        for (int i = 0; i < 3; i++) {
            StepVerifier.create(three.exchange(WEATHER, Flux.just("response")))
                    .expectNext("response")
                    .verifyComplete();
            later(pause.multipliedBy(7));
        }

        assertThat(three.circuit(WEATHER.id())).isEqualTo(Circuit.CLOSED);
    }

    /** For which the weather has failed a pause ago, and which let three calls through to see whether it is back. */
    private Breakers down(Duration pause) {
        var settings = new BreakerSettings(4, 50, pause, 3, 2);
        var three = new Breakers(settings, new SimpleMeterRegistry(), catalog, new BegunRounds(), nanos::get);
        for (int i = 0; i < 4; i++) {
            var _ = three.call(WEATHER, down()).onErrorComplete().block();
        }
        later(pause.multipliedBy(2));
        return three;
    }

    @Test
    void aGatewayThatWasChangedIsTriedAtOnce() {
        call(WEATHER, down(), 4);

        StepVerifier.create(breakers.call(changed(), Mono.just(DONE)))
                .expectNext(DONE)
                .verifyComplete();
    }

    private static Gateway changed() {
        return new Gateway(
                WEATHER.id(),
                WEATHER.name(),
                WEATHER.slug(),
                WEATHER.url(),
                null,
                WEATHER.transport(),
                WEATHER.auth(),
                null,
                WEATHER.visibility(),
                null,
                WEATHER.owner(),
                WEATHER.tags(),
                WEATHER.passthroughHeaders(),
                null,
                WEATHER.driftPolicy(),
                false,
                true,
                WEATHER.status(),
                WEATHER.createdAt(),
                WEATHER.updatedAt(),
                WEATHER.version() + 1);
    }

    @Test
    void noMoreCallsAreSentAgainThanTheBudgetAllows() {
        call(WEATHER, Mono.just(DONE), 8);
        breakers.repeating(WEATHER);
        call(WEATHER, Mono.just(DONE), 3);
        breakers.repeating(MAIL);
        breakers.repeating(MAIL);

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> breakers.repeating(MAIL))
                .withMessageContaining("too many calls were sent again lately");
    }
}
