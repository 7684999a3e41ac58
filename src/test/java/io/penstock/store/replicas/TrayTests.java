package io.penstock.store.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class TrayTests {

    private final VirtualTimeScheduler takers = VirtualTimeScheduler.create();
    private final List<String> lost = new ArrayList<>();

    private static Tray<String> tray() {
        return new Tray<>(3, 10, String::length, Schedulers.immediate());
    }

    @Test
    void whatWaitsIsTakenTogetherAndInOrder() {
        var tray = tray();
        assertThat(tray.offer("a")).isTrue();
        assertThat(tray.offer("b")).isTrue();
        assertThat(tray.offer("c")).isTrue();
        assertThat(tray.offer("d")).isFalse();

        StepVerifier.create(tray.take(2, 10, Mono::just))
                .expectNext(List.of("a", "b"))
                .verifyComplete();
        assertThat(tray.clear()).containsExactly("c");
    }

    @Test
    void oneThatIsLargerThanAllGoesAlone() {
        var tray = tray();
        assertThat(tray.offer("more than ten characters")).isTrue();
        assertThat(tray.offer("b")).isFalse();

        StepVerifier.create(tray.take(2, 10, Mono::just))
                .expectNext(List.of("more than ten characters"))
                .verifyComplete();
    }

    /** Whoever waits for an answer to what was taken hears of its end. */
    @Test
    void whatIsTakenForATakerThatHasJustLeftIsNotLost() {
        var leaves = Disposables.swap();
        int[] asked = new int[1];
        var tray = new Tray<String>(
                3,
                10,
                item -> {
                    if (++asked[0] == 2) { // once when it is offered, once when it is taken
                        leaves.dispose();
                    }
                    return item.length();
                },
                takers);
        leaves.update(tray.<Void>take(2, 10, batch -> Mono.<Void>never().doOnCancel(() -> lost.addAll(batch)))
                .subscribe());
        assertThat(tray.offer("a")).isTrue();
        takers.advanceTime();

        assertThat(lost).containsExactly("a");
    }

    @Test
    void whoLeavesBeforeTakesNothing() {
        var tray = new Tray<String>(3, 10, String::length, takers);
        var taking = tray.take(2, 10, Mono::just).subscribe();
        taking.dispose();
        assertThat(tray.offer("a")).isTrue();
        takers.advanceTime();

        assertThat(tray.clear()).containsExactly("a");
    }
}
