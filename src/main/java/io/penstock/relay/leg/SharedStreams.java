package io.penstock.relay.leg;

import io.penstock.wire.Message;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

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
     *
     * @param stream is given what it runs when it stands
     * @param stands runs when it does, or at once where it stands already
     */
    public Flux<Message> listen(K key, Function<Runnable, Flux<Message>> stream, Runnable stands) {
        return Flux.defer(
                () -> open.computeIfAbsent(key, _ -> new Open(key, stream)).read(stands));
    }

    private final class Open {

        private final K key;
        private final Sinks.Empty<Void> standing = Sinks.empty();
        private final Flux<Message> shared;

        private Open(K key, Function<Runnable, Flux<Message>> stream) {
            this.key = key;
            shared = stream.apply(this::stands)
                    // before who hears of the end can come again
                    .doOnTerminate(this::over)
                    .doOnCancel(this::over)
                    .publish()
                    .refCount(1, lingers);
        }

        private void over() {
            open.remove(key, this);
        }

        private void stands() {
            var _ = standing.tryEmitEmpty(); // it may stand once more
        }

        Flux<Message> read(Runnable stands) {
            var inbox = Inbox.ofNews();
            var filling = shared.doOnNext(inbox::offer)
                    .doOnError(inbox::fail)
                    .doOnComplete(inbox::end)
                    .onErrorComplete()
                    .then(Mono.never());
            var told = standing.asMono().doOnSuccess(_ -> stands.run()).then(Mono.never());
            return inbox.read().takeUntilOther(Mono.when(filling, told));
        }
    }
}
