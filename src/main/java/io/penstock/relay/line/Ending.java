package io.penstock.relay.line;

import io.penstock.wire.Message;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The end of an answer: nothing after its response is given, but its stream is read on for a moment, because a connection that was read to
 * its end carries the next request.
 */
final class Ending {

    /** Servers end a stream right after the response, or not at all. */
    private static final Duration MOMENT = Duration.ofMillis(100);

    private Ending() {}

    static Flux<Heard> of(Flux<Heard> answer) {
        return Flux.defer(() -> {
            var over = new AtomicBoolean();
            Sinks.Empty<Void> answered = Sinks.empty();
            return answer.takeUntilOther(answered.asMono().then(Mono.delay(MOMENT)))
                    .filter(_ -> !over.get())
                    .doOnNext(heard -> {
                        if (isResponse(heard)) {
                            over.set(true);
                            var _ = answered.tryEmitEmpty();
                        }
                    })
                    .onErrorResume(error -> over.get() ? Flux.empty() : Flux.error(error));
        });
    }

    private static boolean isResponse(Heard heard) {
        return heard instanceof Heard.Said said && said.message() instanceof Message.Response;
    }
}
