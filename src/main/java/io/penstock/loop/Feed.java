package io.penstock.loop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * A stream that is read one element at a time by whoever asks next, so that it outlives each of its readers: nothing is asked of the
 * source before somebody asks for it, and it goes on until it ends or is disposed. One reader at a time; but the one before may ask once more
 * while it is being cancelled, after the next one has asked.
 */
public final class Feed<T> implements Disposable {

    private final Flux<T> source;
    private final Reading reading = new Reading();
    private boolean begun;

    public Feed(Flux<T> source) {
        this.source = source;
    }

    /**
     * The next element; empty at the end, and at every time after it. Error: the source's. Cancelling it loses nothing: the element that
     * was asked for goes to who asks next.
     */
    public Mono<T> next() {
        return Mono.defer(reading::take);
    }

    @Override
    public void dispose() {
        reading.cancel();
    }

    @Override
    public boolean isDisposed() {
        return reading.over;
    }

    /** What comes from the source, kept until it is taken: at most one element, since one at a time is asked for. */
    private final class Reading implements CoreSubscriber<T> {

        /** Who waits for the next element, in the order in which they asked. */
        private final Deque<Sinks.One<T>> readers = new ArrayDeque<>();

        private @Nullable Subscription subscription;
        private @Nullable T element;
        private @Nullable Throwable failure;
        private boolean asked;
        private volatile boolean over;

        Mono<T> take() {
            boolean begins;
            boolean requests;
            Sinks.One<T> sink = Sinks.one();
            synchronized (this) {
                if (element != null) {
                    T taken = element;
                    element = null;
                    return Mono.just(taken);
                }
                if (over) {
                    return failure == null ? Mono.empty() : Mono.error(failure);
                }
                readers.add(sink);
                begins = !begun;
                begun = true;
                requests = !asked && !begins;
                asked = true;
            }
            if (begins) {
                source.subscribe(this);
            } else if (requests) {
                Objects.requireNonNull(subscription).request(1);
            }
            return sink.asMono().doOnCancel(() -> leave(sink));
        }

        private synchronized void leave(Sinks.One<T> sink) {
            readers.remove(sink);
        }

        @Override
        public void onSubscribe(Subscription begun) {
            boolean late;
            synchronized (this) {
                late = over;
                subscription = begun;
            }
            if (late) {
                begun.cancel();
            } else {
                begun.request(1);
            }
        }

        @Override
        public void onNext(T value) {
            Sinks.One<T> sink;
            boolean requests;
            synchronized (this) {
                sink = readers.poll();
                asked = !readers.isEmpty();
                requests = asked;
                if (sink == null) {
                    element = value;
                    return;
                }
            }
            if (sink.tryEmitValue(value).isFailure()) {
                Operators.onNextDropped(value, currentContext());
            }
            if (requests) {
                Objects.requireNonNull(subscription).request(1);
            }
        }

        @Override
        public void onError(Throwable error) {
            end(error);
        }

        @Override
        public void onComplete() {
            end(null);
        }

        void cancel() {
            Subscription open;
            synchronized (this) {
                open = over ? null : subscription;
            }
            end(null);
            if (open != null) {
                open.cancel();
            }
        }

        private void end(@Nullable Throwable error) {
            List<Sinks.One<T>> waiting;
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
                failure = error;
                waiting = List.copyOf(readers);
                readers.clear();
            }
            for (var sink : waiting) {
                var _ = error == null ? sink.tryEmitEmpty() : sink.tryEmitError(error);
            }
        }
    }
}
