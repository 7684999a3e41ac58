package io.penstock.ingress.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopDelayTests {

    private static final long LIMIT = TimeUnit.MILLISECONDS.toNanos(25);

    private final LoopDelay delay = new LoopDelay(LIMIT);

    private void looks(int count, long millis) {
        IntStream.range(0, count).forEach(_ -> delay.looked(TimeUnit.MILLISECONDS.toNanos(millis)));
    }

    private long turnedAway(int calls) {
        return IntStream.range(0, calls).filter(_ -> delay.isOneTooMany()).count();
    }

    @Test
    void aLoopThatIsOnTimeTakesEverything() {
        looks(1000, 20);

        assertThat(turnedAway(1000)).isZero();
    }

    @Test
    void onePauseHoweverLongTurnsNobodyAway() {
        looks(100, 1);
        looks(1, 60_000);
        looks(1, 1);

        assertThat(turnedAway(1000)).isZero();
    }

    @Test
    void whoIsLateAgainAndAgainTurnsMoreAndMoreAwayButNotAll() {
        looks(2, 50);
        long few = turnedAway(1000);
        looks(2, 50);
        long more = turnedAway(1000);
        looks(1000, 50);
        long most = turnedAway(1000);

        assertThat(few).isPositive().isLessThan(more);
        assertThat(most).isGreaterThan(more).isBetween(950L, 990L);
    }

    @Test
    void theGraverTheMore() {
        var grave = new LoopDelay(LIMIT);
        looks(8, 30);
        IntStream.range(0, 8).forEach(_ -> grave.looked(TimeUnit.MILLISECONDS.toNanos(200)));

        assertThat(grave.share()).isGreaterThan(2 * delay.share());
    }

    @Test
    void whenItIsOverEverythingIsTakenWithinTwoSeconds() {
        looks(1000, 500);

        looks(200, 0); // a look each 10 ms

        assertThat(turnedAway(1000)).isZero();
    }

    @Test
    void withoutALimitNobodyIsTurnedAway() {
        var unlimited = new LoopDelay(0);
        IntStream.range(0, 1000).forEach(_ -> unlimited.looked(TimeUnit.SECONDS.toNanos(1)));

        assertThat(unlimited.share()).isZero();
        assertThat(unlimited.late()).isGreaterThan((double) LIMIT);
    }

    @Test
    void whatWasIsForgottenAtRest() {
        looks(100, 500);

        delay.rest();

        assertThat(turnedAway(1000)).isZero();
        assertThat(delay.late()).isZero();
    }
}
