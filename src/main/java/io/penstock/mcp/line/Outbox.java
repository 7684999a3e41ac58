package io.penstock.mcp.line;

import io.penstock.wire.SseEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/** What waits for a client to read it: so much and no more, so that a slow reader costs nobody else anything. */
final class Outbox {

    static final int MOST = 256;
    static final int LARGEST = 1024 * 1024;

    private int count;
    private long size;

    private Outbox() {}

    /** The messages at the reader's pace. Error: {@code TooSlow} as soon as too many wait; one of any size may wait alone. */
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
            room = count == 0 || (count < MOST && size + size(message) <= LARGEST);
            count += room ? 1 : 0;
            size += room ? size(message) : 0;
        }
        if (room) {
            queue.next(message);
        } else {
            queue.error(new TooSlow());
        }
    }

    private synchronized void leave(SseEvent message) {
        count--;
        size -= size(message);
    }

    private static int size(SseEvent message) {
        return message.data() == null ? 0 : message.data().length();
    }
}
