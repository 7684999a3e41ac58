package io.penstock.store;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** Passes topics on to whoever listens. A listener that is busy finds each topic once when it is ready again. */
final class Noticeboard {

    private final Set<Listener> listeners = new CopyOnWriteArraySet<>();

    void post(Changes.Topic topic) {
        listeners.forEach(listener -> listener.offer(topic));
    }

    Flux<Changes.Topic> posted() {
        return Flux.create(sink -> {
            Listener listener = new Listener(sink);
            listeners.add(listener);
            var _ = sink.onDispose(() -> listeners.remove(listener)).onRequest(more -> listener.drain());
        });
    }

    private static final class Listener {

        private final FluxSink<Changes.Topic> sink;
        private final Set<Changes.Topic> pending = EnumSet.noneOf(Changes.Topic.class);

        Listener(FluxSink<Changes.Topic> sink) {
            this.sink = sink;
        }

        void offer(Changes.Topic topic) {
            synchronized (pending) {
                pending.add(topic);
            }
            drain();
        }

        void drain() {
            while (sink.requestedFromDownstream() > 0) {
                Changes.Topic next = poll();
                if (next == null) {
                    return;
                }
                var _ = sink.next(next);
            }
        }

        private Changes.@Nullable Topic poll() {
            synchronized (pending) {
                var all = pending.iterator();
                if (!all.hasNext()) {
                    return null;
                }
                Changes.Topic first = all.next();
                all.remove();
                return first;
            }
        }
    }
}
