package io.penstock.relay.leg;

import io.penstock.relay.line.Heard;
import io.penstock.wire.SseEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Where a stream is, so that it can be taken up again where it broke (2025-11-25, Streamable HTTP, "Resumability and Redelivery"). */
final class Trail {

    /** How often in a row a stream is opened again that neither lasts nor brings anything new. */
    private static final int TRIES = 5;

    /** What lasts so long is no failure: who closes silent streams, as proxies do, closes this one too. */
    private static final Duration LASTING = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** An upstream that ends each stream at once must not be asked as fast as it answers. */
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private @Nullable String last;
    private Duration pause = PAUSE;
    private int tries;
    private @Nullable Long begun;
    private boolean resumed;

    void mark(Heard.Mark mark) {
        if (mark.id() != null) {
            if (!mark.id().equals(last)) {
                moved();
            }
            last = SseEvent.resumed(mark.id());
        }
        if (mark.retry() != null) {
            pause = within(mark.retry());
        }
    }

    private static Duration within(Duration asked) {
        if (asked.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    }

    /** A stream is open. */
    void began() {
        begun = now();
    }

    private static long now() {
        return Schedulers.parallel().now(TimeUnit.MILLISECONDS);
    }

    /** Something new came. */
    void moved() {
        tries = 0;
    }

    /** {@code Last-Event-ID}; null where the upstream gave none. */
    @Nullable
    String last() {
        return last;
    }

    /** When to go on; error where that is no longer worth it. */
    Mono<Long> next(Throwable otherwise) {
        if (begun != null && now() - begun >= LASTING.toMillis()) {
            moved();
        }
        begun = null;
        resumed = true;
        return ++tries <= TRIES ? Mono.delay(pause) : Mono.error(otherwise);
    }

    /** Whether what is read now is no longer the first answer. */
    boolean isResumed() {
        return resumed;
    }
}
