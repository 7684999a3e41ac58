package io.penstock.mcp.line;

import io.penstock.wire.SseEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/** What waits for a client to read it: so much and no more, so that a slow reader costs nobody else anything. */
final class Outbox {

    /** In characters: room for several answers with images, which come at once to clients that read as fast as they can. */
    static final int MUCH = 4 * 1024 * 1024;

    /** What each message takes beside its own characters. */
    private static final int AROUND = 256;

    private long size;

    private Outbox() {}

    /** The messages at the reader's pace. Error: {@code TooSlow} as soon as too much waits; one of any size may wait alone. */
    static Flux<SseEvent> of(Flux<SseEvent> messages) {
        return Flux.defer(() -> {
            var outbox = new Outbox();
            return messages.<SseEvent>handle(outbox::enter)
                    .publishOn(Schedulers.immediate(), false, Integer.MAX_VALUE) // a queue that an error overtakes
                    .doOnNext(outbox::leave);
        });
    }

    private void enter(SseEvent message, SynchronousSink<SseEvent> queue) {
        boolean room;
        synchronized (this) {
            room = size == 0 || size + size(message) <= MUCH;
            size += room ? size(message) : 0;
        }
        if (room) {
            queue.next(message);
        } else {
            queue.error(new TooSlow());
        }
    }

    private synchronized void leave(SseEvent message) {
        size -= size(message);
    }

    private static int size(SseEvent message) {
        return AROUND + (message.data() == null ? 0 : message.data().length());
    }
}
