package io.penstock.mcp.line;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/** What a line is given from many sides, in the order in which it came. */
final class Inbox<T> {

    private static final int MOST = 1024;

    private final Sinks.Many<T> sink =
            Sinks.many().unicast().onBackpressureBuffer(Queues.<T>get(MOST).get());

    /** Whether there was room, and anybody to take it. */
    synchronized boolean offer(T item) {
        return sink.tryEmitNext(item).isSuccess();
    }

    /** Never completes. On threads of its own, so that nobody who offers waits for what is done with it. */
    Flux<T> items() {
        return sink.asFlux().publishOn(Schedulers.parallel());
    }
}
