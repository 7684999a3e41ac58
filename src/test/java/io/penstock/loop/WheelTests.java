package io.penstock.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

class WheelTests {

    private static final Duration ROUND = Duration.ofSeconds(15);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Wheel wheel = new Wheel(time, () -> true, ROUND);

    @AfterEach
    void stop() {
        time.dispose();
    }

    @Test
    void eachIsVisitedOnceARound() {
        int[] visits = new int[1000];
        IntStream.range(0, visits.length).forEach(i -> wheel.take(() -> visits[i]++));

        time.advanceTimeBy(ROUND);
        assertThat(visits).containsOnly(1);

        time.advanceTimeBy(ROUND.multipliedBy(3));
        assertThat(visits).containsOnly(4);
    }

    @Test
    void aBusyThreadMakesNoRoundLonger() {
        var busy = new Busy(30);
        int[] visits = new int[1];
        new Wheel(busy, () -> true, ROUND).take(() -> visits[0]++);

        busy.goOnUntil(ROUND.multipliedBy(4).toMillis() + 100);

        assertThat(visits).containsExactly(4);
    }

    @Test
    void whatIsMuchTooLateIsNotMadeUpFor() {
        var busy = new Busy(0);
        int[] visits = new int[1];
        var wheel = new Wheel(busy, () -> true, ROUND);
        IntStream.range(0, 3000).forEach(_ -> wheel.take(() -> visits[0]++));

        busy.now += ROUND.multipliedBy(100).toMillis();
        busy.goOnUntil(busy.now + 1);

        assertThat(visits[0]).isLessThan(3000 / 10);
    }

    @Test
    void aClockThatIsSetBackStopsNothing() {
        var busy = new Busy(0);
        int[] visits = new int[1];
        busy.now = Duration.ofDays(1).toMillis();
        new Wheel(busy, () -> true, ROUND).take(() -> visits[0]++);
        busy.run();

        busy.now -= Duration.ofHours(1).toMillis();
        busy.at = busy.now;
        busy.goOnUntil(busy.now + ROUND.toMillis());

        assertThat(visits).containsExactly(1);
    }

    /** A thread with a clock of its own that begins each step so many milliseconds late. */
    private static final class Busy implements Scheduler {

        private final long late;
        private long now;
        private long at;
        private Runnable next = () -> {};

        Busy(long late) {
            this.late = late;
        }

        private void goOnUntil(long end) {
            while (at <= end) {
                run();
            }
        }

        private void run() {
            now = Math.max(now, at) + late;
            next.run();
        }

        @Override
        public long now(TimeUnit unit) {
            return unit.convert(now, TimeUnit.MILLISECONDS);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            next = task;
            at = now + unit.toMillis(delay);
            return Disposables.never();
        }

        @Override
        public Disposable schedule(Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Worker createWorker() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void theVisitsAreSpreadEvenly() {
        int[] visits = new int[1];
        IntStream.range(0, 3000).forEach(_ -> wheel.take(() -> visits[0]++));
        List<Integer> perSecond = new ArrayList<>();

        for (int second = 0; second < ROUND.toSeconds(); second++) {
            time.advanceTimeBy(Duration.ofSeconds(1));
            perSecond.add(visits[0]);
            visits[0] = 0;
        }

        assertThat(perSecond).allSatisfy(count -> assertThat(count).isBetween(150, 250));
    }

    @Test
    void whoHasLeftIsNotVisitedAndAnEmptyWheelStandsStill() {
        int[] visits = new int[1];
        var seats = IntStream.range(0, 10)
                .mapToObj(_ -> wheel.take(() -> visits[0]++))
                .toList();
        seats.forEach(wheel::leave);
        seats.forEach(wheel::leave); // once more does no harm
        time.advanceTimeBy(ROUND);
        long scheduled = time.getScheduledTaskCount();
        time.advanceTimeBy(ROUND);

        assertThat(visits).containsOnly(0);
        assertThat(time.getScheduledTaskCount()).isEqualTo(scheduled);

        wheel.take(() -> visits[0]++);
        time.advanceTimeBy(ROUND);
        assertThat(visits).containsOnly(1);
    }

    @Test
    void whoComesAfterTheLastOneHasLeftIsStillVisitedOnceARound() {
        int[] visits = new int[1];
        IntStream.range(0, 10).forEach(_ -> wheel.leave(wheel.take(() -> visits[0]++)));
        wheel.take(() -> visits[0]++);

        time.advanceTimeBy(ROUND.multipliedBy(4));
        assertThat(visits).containsExactly(4);
    }

    @Test
    void aVisitMayEndOthersAndAFailedOneStopsNobody() {
        var small = new Wheel(time, () -> true, Duration.ofMillis(50)); // all sit on one spoke
        List<Wheel.Seat> seats = new ArrayList<>();
        int[] visits = new int[3];
        seats.add(small.take(() -> visits[0]++));
        seats.add(small.take(() -> visits[1]++));
        seats.add(small.take(() -> {
            visits[2]++;
            small.leave(seats.get(1));
            throw new IllegalStateException("to be logged");
        }));

        time.advanceTimeBy(Duration.ofMillis(50));
        assertThat(visits).containsExactly(1, 0, 1);

        time.advanceTimeBy(Duration.ofMillis(50));
        assertThat(visits).containsExactly(2, 0, 2);
    }

    @Test
    void whatComesFromElsewhereIsDoneOnTheWheelsThread() {
        var far = new Wheel(time, () -> false, ROUND);
        boolean[] done = new boolean[1];

        far.enter(() -> done[0] = true);

        assertThat(done).containsExactly(true);
        assertThat(time.getScheduledTaskCount()).isEqualTo(1);
    }
}
