package io.penstock.relay.elsewhere;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * How much may be on its way to a reader who has not read it: so many events, and so many bytes or, where that is more, half as many and
 * one event of any size.
 */
final class Window {

    private final int mostEvents;
    private final int mostBytes;
    private int events;
    private long bytes;
    private Sinks.@Nullable Empty<Void> waiting;

    Window(int mostEvents, int mostBytes) {
        this.mostEvents = mostEvents;
        this.mostBytes = mostBytes;
    }

    /** Takes room for one event, and waits for it where there is none. One at a time. */
    Mono<Void> enter(int weight) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> wait;
            synchronized (this) {
                if (hasRoom(weight)) {
                    events++;
                    bytes += weight;
                    return Mono.empty();
                }
                wait = Sinks.empty();
                waiting = wait;
            }
            return wait.asMono().then(enter(weight));
        });
    }

    /** The reader keeps up to half of the room to itself ({@link Asking}): an event that waited for that would wait for ever. */
    private boolean hasRoom(int weight) {
        return events == 0 || (events < mostEvents && (bytes + weight <= mostBytes || 2 * bytes < mostBytes));
    }

    /** Gives room back that was taken. */
    void leave(int count, int weight) {
        Sinks.Empty<Void> freed;
        synchronized (this) {
            events -= count;
            bytes -= weight;
            freed = waiting;
            waiting = null;
        }
        if (freed != null) {
            var _ = freed.tryEmitEmpty();
        }
    }
}
