package io.penstock.relay.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** Whose turn it is at one upstream. */
class BulkheadTests {

    private static final Duration LONG = Duration.ofSeconds(20);

    private static Bulkhead bulkhead(int inFlight, int perCaller, int waiting) {
        return new Bulkhead(new BulkheadSettings(inFlight, perCaller, waiting, waiting, LONG));
    }

    private static boolean isCalled(Place place) {
        return place.isTaken();
    }

    @Test
    void soManyAreInAndTheOthersWait() {
        var bulkhead = bulkhead(2, 2, 10);
        var first = new Place("ada");
        var third = new Place("ada");

        assertThat(bulkhead.enter(first)).isTrue();
        assertThat(bulkhead.enter(new Place("ada"))).isTrue();
        assertThat(bulkhead.enter(third)).isFalse();
        assertThat(bulkhead.inFlight()).isEqualTo(2);
        assertThat(bulkhead.waiting()).isEqualTo(1);
        bulkhead.leave(first);

        StepVerifier.create(third.turn()).expectComplete().verify(LONG);
        assertThat(bulkhead.inFlight()).isEqualTo(2);
        assertThat(bulkhead.waiting()).isZero();
    }

    @Test
    void givingAPlaceBackTwiceGivesOneBack() {
        var bulkhead = bulkhead(1, 1, 10);
        var first = new Place("ada");
        var _ = bulkhead.enter(first);
        bulkhead.leave(first);
        var second = new Place("ada");
        assertThat(bulkhead.enter(second)).isTrue();

        bulkhead.leave(first);

        assertThat(bulkhead.inFlight()).isEqualTo(1);
        assertThat(bulkhead.enter(new Place("bob"))).isFalse();
    }

    @Test
    void whoWaitsNoMoreIsPassedOver() {
        var bulkhead = bulkhead(1, 1, 10);
        var first = new Place("ada");
        var _ = bulkhead.enter(first);
        var gone = new Place("bob");
        var next = new Place("eve");
        var _ = bulkhead.enter(gone);
        var _ = bulkhead.enter(next);

        bulkhead.leave(gone);
        assertThat(bulkhead.waiting()).isEqualTo(1);
        bulkhead.leave(first);

        assertThat(isCalled(next)).isTrue();
        assertThat(isCalled(gone)).isFalse();
    }

    @Test
    void whereNoMoreMayWaitTheyAreRefused() {
        var bulkhead = new Bulkhead(new BulkheadSettings(1, 1, 3, 2, LONG));
        for (int i = 0; i < 3; i++) {
            var _ = bulkhead.enter(new Place("ada"));
        }
        var oneOfAdas = new Place("ada");
        var _ = bulkhead.enter(oneOfAdas);
        var _ = bulkhead.enter(new Place("bob"));
        var oneTooMany = new Place("eve");
        var _ = bulkhead.enter(oneTooMany);

        for (var place : List.of(oneOfAdas, oneTooMany)) {
            StepVerifier.create(place.turn())
                    .expectErrorSatisfies(
                            error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.Unavailable.class))
                    .verify(LONG);
        }
        assertThat(bulkhead.waiting()).isEqualTo(3);
    }

    @Test
    void noCallerHasAllPlaces() {
        var bulkhead = new Bulkhead(new BulkheadSettings(8, 0, 100, 0, LONG));
        var adas = new ArrayDeque<Place>();
        for (int i = 0; i < 8; i++) {
            var place = new Place("ada");
            if (bulkhead.enter(place)) {
                adas.add(place);
            }
        }

        assertThat(adas).hasSize(6);
        assertThat(bulkhead.enter(new Place("bob"))).isTrue();
        bulkhead.leave(adas.remove());
        assertThat(bulkhead.inFlight()).as("ada's next has come in").isEqualTo(7);
    }

    /** One caller has a thousand calls waiting; nine others have two at a time and make the next when one is answered. */
    @Test
    void eachModestCallerHasItsShareBesideAGreedyOne() {
        var bulkhead = bulkhead(10, 10, 10_000);
        Map<String, Integer> served = new HashMap<>();
        Deque<Place> inside = new ArrayDeque<>();
        List<Place> waiting = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            arrive(bulkhead, "greedy", inside, waiting);
        }
        for (int i = 0; i < 18; i++) {
            arrive(bulkhead, "modest-" + i % 9, inside, waiting);
        }

        for (int answered = 0; answered < 500; answered++) {
            var place = inside.remove();
            served.merge(place.caller(), 1, Integer::sum);
            bulkhead.leave(place);
            arrive(bulkhead, place.caller(), inside, waiting);
            moveIn(inside, waiting);
            assertThat(inside).hasSize(10);
        }

        assertThat(served).hasSize(10);
        served.remove("greedy");
        assertThat(served.values()).allSatisfy(calls -> assertThat(calls).isBetween(45, 55));
    }

    private static void arrive(Bulkhead bulkhead, String caller, Deque<Place> inside, List<Place> waiting) {
        var place = new Place(caller);
        if (bulkhead.enter(place)) {
            inside.add(place);
        } else {
            waiting.add(place);
        }
    }

    private static void moveIn(Deque<Place> inside, List<Place> waiting) {
        waiting.removeIf(place -> {
            if (place.isTaken()) {
                inside.add(place);
                return true;
            }
            return false;
        });
    }

    @Test
    void aThousandWhoAreDoneAtOnceCallEachOtherWithoutADeepStack() {
        var bulkhead = bulkhead(1, 1, 200_000);
        var first = new Place("ada");
        var _ = bulkhead.enter(first);
        var done = new AtomicInteger();
        for (int i = 0; i < 100_000; i++) {
            var place = new Place("ada");
            var _ = bulkhead.enter(place);
            var _ = place.turn()
                    .doOnTerminate(() -> {
                        done.incrementAndGet();
                        bulkhead.leave(place);
                    })
                    .subscribe();
        }

        bulkhead.leave(first);

        assertThat(done).hasValue(100_000);
        assertThat(bulkhead.inFlight()).isZero();
    }

    /** Whatever comes and goes in whatever order: never too many are in, nobody who could be in waits, and at the end nothing is left. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void noPlaceIsLost(long seed) {
        var random = new Random(seed);
        int most = 1 + random.nextInt(8);
        int perCaller = 1 + random.nextInt(most);
        var bulkhead = new Bulkhead(new BulkheadSettings(most, perCaller, 40, 30, LONG));
        List<Place> all = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (all.isEmpty() || random.nextInt(100) < 52) {
                var place = new Place("caller-" + random.nextInt(5));
                var _ = bulkhead.enter(place);
                all.add(place);
            } else {
                var place = all.remove(random.nextInt(all.size()));
                bulkhead.leave(place);
                if (random.nextBoolean()) {
                    bulkhead.leave(place);
                }
            }
            all.removeIf(place -> !place.isTaken() && !place.isWaiting());
            assertConsistent(bulkhead, all, most, perCaller);
        }

        all.forEach(bulkhead::leave);

        assertThat(bulkhead.inFlight()).isZero();
        assertThat(bulkhead.waiting()).isZero();
        assertThat(bulkhead.isEmpty()).isTrue();
    }

    private static void assertConsistent(Bulkhead bulkhead, List<Place> all, int most, int perCaller) {
        Map<String, Integer> taken = new HashMap<>();
        Map<String, Integer> waiting = new HashMap<>();
        for (var place : all) {
            (place.isTaken() ? taken : waiting).merge(place.caller(), 1, Integer::sum);
        }
        int in = taken.values().stream().mapToInt(Integer::intValue).sum();
        int out = waiting.values().stream().mapToInt(Integer::intValue).sum();
        if (in != bulkhead.inFlight() || out != bulkhead.waiting() || in > most) {
            throw new AssertionError(in + " in and " + out + " waiting, but it counts " + bulkhead.inFlight() + " and "
                    + bulkhead.waiting());
        }
        taken.forEach((caller, count) -> assertThat(count).as(caller).isLessThanOrEqualTo(perCaller));
        if (in < most) {
            waiting.keySet()
                    .forEach(caller -> assertThat(taken.getOrDefault(caller, 0))
                            .as("what %s has while it waits and there is a place", caller)
                            .isEqualTo(perCaller));
        }
    }

    /** Many threads at once, some of which give up while they wait. */
    @ParameterizedTest
    @ValueSource(longs = {7, 77, 777})
    void noPlaceIsLostBetweenThreads(long seed) throws InterruptedException {
        var bulkhead = bulkhead(4, 3, 100_000);
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var done = new CountDownLatch(8 * 5_000);
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int thread = 0; thread < 8; thread++) {
                var random = new Random(seed + thread);
                String caller = "caller-" + thread % 3;
                threads.execute(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        visit(bulkhead, caller, random.nextInt(10) == 0, inside, most, done);
                    }
                });
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(most.get()).isBetween(1, 4);
        assertThat(inside).hasValue(0);
        assertThat(bulkhead.inFlight()).isZero();
        assertThat(bulkhead.waiting()).isZero();
        assertThat(bulkhead.isEmpty()).isTrue();
    }

    private static void visit(
            Bulkhead bulkhead,
            String caller,
            boolean givesUp,
            AtomicInteger inside,
            AtomicInteger most,
            CountDownLatch done) {
        var place = new Place(caller);
        Runnable in = () -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            inside.decrementAndGet();
            bulkhead.leave(place);
            done.countDown();
        };
        if (bulkhead.enter(place)) {
            in.run();
        } else if (givesUp) {
            var waits = place.turn().subscribe(_ -> {}, _ -> {}, () -> {});
            waits.dispose();
            bulkhead.leave(place);
            done.countDown();
        } else {
            var _ = place.turn().subscribe(_ -> {}, _ -> {}, in);
        }
    }
}
