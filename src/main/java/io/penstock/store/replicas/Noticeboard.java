package io.penstock.store.replicas;

import io.penstock.store.Changes.Notice;
import io.penstock.store.Changes.Topic;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** Passes notices on to whoever listens. A listener that is busy finds one of each topic when it is ready again. */
final class Noticeboard {

    private final Set<Listener> listeners = new CopyOnWriteArraySet<>();

    void post(Notice notice) {
        listeners.forEach(listener -> listener.offer(notice));
    }

    Flux<Notice> posted() {
        return Flux.create(sink -> {
            Listener listener = new Listener(sink);
            listeners.add(listener);
            var _ = sink.onDispose(() -> listeners.remove(listener)).onRequest(more -> listener.drain());
        });
    }

    private static final class Listener {

        private final FluxSink<Notice> sink;
        private final Map<Topic, Notice> pending = new EnumMap<>(Topic.class);

        Listener(FluxSink<Notice> sink) {
            this.sink = sink;
        }

        void offer(Notice notice) {
            synchronized (pending) {
                pending.merge(notice.topic(), notice, Notice::and);
            }
            drain();
        }

        void drain() {
            while (sink.requestedFromDownstream() > 0) {
                Notice next = poll();
                if (next == null) {
                    return;
                }
                var _ = sink.next(next);
            }
        }

        private @Nullable Notice poll() {
            synchronized (pending) {
                var all = pending.values().iterator();
                if (!all.hasNext()) {
                    return null;
                }
                Notice first = all.next();
                all.remove();
                return first;
            }
        }
    }
}
