package io.penstock.relay.leg;

import io.penstock.wire.Message;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streams of news that are each open once for all who want to hear the same. Who does not keep up is told each change once, and the others do not
 * notice.
 *
 * @param <K> what makes them the same
 */
public final class SharedStreams<K> {

    private final Duration lingers;
    private final ConcurrentMap<K, Open> open = new ConcurrentHashMap<>();

    /** @param lingers how long a stream stays open when the last one has left; not at all is too short for who comes at that moment */
    public SharedStreams(Duration lingers) {
        this.lingers = lingers;
    }

    /**
     * What the stream says: it is opened for the first who listens, and let go of when the last one has been gone for a while. Error: the
     * stream's, or that more that differs waits than an {@link Inbox} holds.
     */
    public Flux<Message> listen(K key, Supplier<Flux<Message>> stream) {
        return Flux.defer(() -> read(open.computeIfAbsent(key, _ -> new Open(key, stream.get())).shared));
    }

    private final class Open {

        private final Flux<Message> shared;

        private Open(K key, Flux<Message> stream) {
            shared = stream.doFinally(_ -> open.remove(key, this)).publish().refCount(1, lingers);
        }
    }

    private static Flux<Message> read(Flux<Message> shared) {
        var inbox = Inbox.ofNews();
        var filling = shared.doOnNext(inbox::offer)
                .doOnError(inbox::fail)
                .doOnComplete(inbox::end)
                .onErrorComplete()
                .then(Mono.never());
        return inbox.read().takeUntilOther(filling);
    }
}
