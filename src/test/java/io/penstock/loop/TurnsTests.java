package io.penstock.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** Reads that end when the test says so. */
class TurnsTests {

    private final List<Sinks.One<Object>> begun = new ArrayList<>();
    private final Turns<Object> turns = new Turns<>(Mono.defer(() -> {
        Sinks.One<Object> read = Sinks.one();
        begun.add(read);
        return read.asMono();
    }));

    private TestSubscriber<Object> join() {
        TestSubscriber<Object> who = TestSubscriber.create();
        turns.join().subscribe(who);
        return who;
    }

    private void gives(int which, Object value) {
        begun.get(which).tryEmitValue(value).orThrow();
    }

    @Test
    void whoAsksDuringAReadHasTheNextOneTogether() {
        var first = join();
        var next = List.of(join(), join());
        assertThat(begun).hasSize(1);

        gives(0, "a");
        assertThat(first.getReceivedOnNext()).containsExactly("a");
        assertThat(begun).hasSize(2);
        gives(1, "b");
        assertThat(next).allSatisfy(who -> assertThat(who.getReceivedOnNext()).containsExactly("b"));
        assertThat(begun).hasSize(2);
    }

    @Test
    void theNextOneIsReadThoughTheOneBeforeFailedAndWhoeverBeganItHungUp() {
        var first = join();
        var second = join();
        first.cancel();

        begun.getFirst().tryEmitError(new IllegalStateException("away")).orThrow();
        gives(1, "b");
        assertThat(second.getReceivedOnNext()).containsExactly("b");

        join();
        assertThat(begun).hasSize(3);
    }

    @Test
    void whoAsksWhenToldBeginsAnother() {
        TestSubscriber<Object> again = TestSubscriber.create();
        turns.join().flatMap(_ -> turns.join()).subscribe(again);

        gives(0, "a");
        gives(1, "b");
        assertThat(again.getReceivedOnNext()).containsExactly("b");
    }

    /** Each one is asked for during the one before, as under load. */
    @Test
    void whatEarlierReadsGaveIsNotKept() {
        List<WeakReference<Object>> given = new ArrayList<>();
        join();
        for (int i = 0; i < 10; i++) {
            join();
            Object value = new Object();
            given.add(new WeakReference<>(value));
            gives(i, value);
            begun.set(i, Sinks.one()); // it keeps its value, too
        }

        await().untilAsserted(() -> {
            System.gc();
            assertThat(given.subList(0, 9)).allMatch(value -> value.get() == null);
        });
        assertThat(join().isTerminated()).isFalse();
    }
}
