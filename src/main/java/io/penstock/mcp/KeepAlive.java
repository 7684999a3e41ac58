package io.penstock.mcp;

import io.penstock.wire.SseEvent;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Comments on a stream of events, so that proxies between do not take a quiet stream for a dead one. */
final class KeepAlive {

    private static final SseEvent COMMENT = SseEvent.comment("");

    private KeepAlive() {}

    /** The events at the reader's pace, one asked for at a time, with a comment every so often until they end. */
    static Flux<SseEvent> on(Flux<SseEvent> events, Duration every, Scheduler timer) {
        return Flux.defer(() -> {
            var ended = Sinks.<Void>empty();
            var comments = Flux.interval(every, timer)
                    .onBackpressureDrop()
                    .map(tick -> COMMENT)
                    .takeUntilOther(ended.asMono());
            return Flux.merge(
                    1,
                    events.doFinally(_ -> {
                        var _ = ended.tryEmitEmpty();
                    }),
                    comments);
        });
    }
}
