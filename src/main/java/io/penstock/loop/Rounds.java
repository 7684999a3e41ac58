package io.penstock.loop;

import java.time.Duration;
import reactor.core.publisher.Mono;

/** Runs what a feature exposes as one cold round of work, and what must go on when its request is gone. */
public interface Rounds {

    /**
     * Repeats a round until the application stops: {@code pause} (with up to 10 % jitter) after each end, well or not. A failed round is
     * counted and logged, and does not stop the next.
     *
     * @param name names the round in metrics and logs
     */
    void repeat(String name, Duration pause, Mono<Void> round);

    /**
     * Starts the work at once, detached: it completes though the subscriber of the returned {@code Mono} cancels, and the stop of the
     * application waits for it. The returned {@code Mono} gives the work's result, its error or its emptiness to whoever subscribes.
     */
    <T> Mono<T> detach(String name, Mono<T> work);

    /** Whether the application is stopping: of detached work that has many parts, what has not begun need not begin. */
    default boolean isStopping() {
        return false;
    }
}
