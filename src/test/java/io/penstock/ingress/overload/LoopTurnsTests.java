package io.penstock.ingress.overload;

import static io.penstock.ingress.overload.LoopTurns.MOST;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopTurnsTests {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Queue<Runnable> later = new ArrayDeque<>();
    private final List<Integer> begun = new ArrayList<>();
    private long now;
    private final LoopTurns turns = new LoopTurns(tasks::add, later::add, () -> now);

    private void come(int from, int to) {
        for (int i = from; i < to; i++) {
            int number = i;
            if (turns.begins()) {
                begun.add(number);
            } else {
                turns.later(() -> begun.add(number));
            }
        }
    }

    /** The end of one, and all of the next but what comes in it. */
    private void turn() {
        for (Runnable task; (task = tasks.poll()) != null; ) {
            task.run();
        }
        tasks.addAll(later);
        later.clear();
    }

    private static List<Integer> upTo(int number) {
        return IntStream.range(0, number).boxed().toList();
    }

    @Test
    void soManyBeginInATurnAndTheOthersInTheNextOnesInTheirOrder() {
        come(0, 2 * MOST + 1);
        assertThat(begun).isEqualTo(upTo(MOST));

        turn();
        assertThat(begun).isEqualTo(upTo(2 * MOST));

        turn();
        assertThat(begun).isEqualTo(upTo(2 * MOST + 1));
        assertThat(tasks).isEmpty();

        come(2 * MOST + 1, 3 * MOST + 1);
        assertThat(begun).isEqualTo(upTo(3 * MOST + 1));
    }

    @Test
    void aTurnThatIsNotUsedUpIsNotAddedToTheNext() {
        come(0, 1);
        turn();

        come(1, 2 * MOST);

        assertThat(begun).isEqualTo(upTo(MOST + 1));
    }

    @Test
    void whoComesLaterDoesNotOvertakeThoseWhoWait() {
        come(0, 2 * MOST + 1);
        turn();

        come(2 * MOST + 1, 2 * MOST + 2);
        assertThat(begun).hasSize(2 * MOST);

        turn();
        assertThat(begun).isEqualTo(upTo(2 * MOST + 2));
    }

    @Test
    void whatNeedNotBeginAnyMoreTakesNobodysTurn() {
        come(0, MOST);
        for (int i = 0; i < MOST; i++) {
            turns.later(() -> false);
        }
        come(MOST, 2 * MOST);

        turn();

        assertThat(begun).isEqualTo(upTo(2 * MOST));
    }

    @Test
    void howLongTheFirstWaitsIsTold() {
        come(0, MOST);
        assertThat(turns.longest()).isZero();
        come(MOST, MOST + 1);
        now += TimeUnit.MILLISECONDS.toNanos(30);
        come(MOST + 1, MOST + 2);
        now += TimeUnit.MILLISECONDS.toNanos(12);

        assertThat(turns.longest()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(42));

        turn();
        assertThat(turns.longest()).isZero();
    }
}
