package io.penstock.relay.bridge;

import io.penstock.loop.Mishaps;
import io.penstock.wire.Refusal;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** Listening that goes on: where an upstream ends its stream, breaks off, is away or gives none, it is asked again, more and more seldom. */
final class Again {

    private static final Logger LOG = LoggerFactory.getLogger(Again.class);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** A stream that lasted so long was one, whether or not something was said on it. */
    private static final Duration LASTED = Duration.ofSeconds(30);

    private Again() {}

    /** Never ends but with its reader. What is no refusal of an upstream's or of its credential's is logged: nobody is told of it. */
    static <T> Flux<T> on(Flux<T> listening) {
        return listening
                .doOnError(error -> {
                    if (!(error instanceof Refusal)) {
                        Mishaps.log(LOG, "Listening to an upstream", error);
                    }
                })
                .onErrorComplete()
                .repeatWhen(Again::pauses);
    }

    /** @param ends how much was heard until each of them */
    private static Publisher<Long> pauses(Flux<Long> ends) {
        return ends.elapsed().scan(Pause.NONE, Pause::next).skip(1).concatMap(pause -> Mono.delay(pause.drawn()));
    }

    /**
     * How long nothing is asked.
     *
     * @param drawn half of the longest to all of it: those that an upstream left at once do not come again at once
     */
    record Pause(Duration longest, Duration drawn) {

        static final Pause NONE = new Pause(Duration.ZERO, Duration.ZERO);

        private static Pause of(Duration longest) {
            long millis = longest.toMillis();
            return new Pause(
                    longest, Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1)));
        }

        /** @param end how many milliseconds after the one before, the pause and then the stream, and how much was heard */
        Pause next(Tuple2<Long, Long> end) {
            if (longest.isZero()
                    || end.getT2() > 0
                    || end.getT1() >= drawn.plus(LASTED).toMillis()) {
                return of(FIRST);
            }
            Duration longer = longest.multipliedBy(2);
            return of(longer.compareTo(LONGEST) > 0 ? LONGEST : longer);
        }
    }
}
