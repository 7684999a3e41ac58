package io.penstock.relay.line;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The end of an answer: nothing after its response is given, but its stream is read on for a moment, because a connection that was read to
 * its end carries the next request.
 */
public final class Ending {

    /** Servers end a stream right after the response, or not at all. */
    private static final Duration MOMENT = Duration.ofMillis(100);

    private Ending() {}

    /** The answer up to its response; how its stream ends or breaks off after that means nothing. */
    public static <T> Flux<T> of(Flux<T> answer, Predicate<? super T> isResponse) {
        return Flux.defer(() -> {
            var over = new AtomicBoolean();
            Sinks.Empty<Void> answered = Sinks.empty();
            return answer.takeUntilOther(answered.asMono().then(Mono.delay(MOMENT)))
                    .filter(_ -> !over.get())
                    .doOnNext(heard -> {
                        if (isResponse.test(heard)) {
                            over.set(true);
                            var _ = answered.tryEmitEmpty();
                        }
                    })
                    .onErrorResume(error -> over.get() ? Flux.empty() : Flux.error(error));
        });
    }
}
