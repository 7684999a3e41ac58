package io.penstock.loop;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/** Ends work from outside, once: it is cancelled, and whoever waits for it is told why. Work that begins later ends at once. */
public class Cut {

    private @Nullable Throwable why;
    private @Nullable Consumer<Throwable> reached;

    /** Ends what goes on under this, and what will. The first reason stays. */
    public final void off(Throwable reason) {
        Consumer<Throwable> ended;
        synchronized (this) {
            if (why != null) {
                return;
            }
            why = reason;
            ended = reached;
        }
        if (ended != null) {
            ended.accept(reason);
        }
    }

    /** Why it was cut off; null where it was not. */
    public final synchronized @Nullable Throwable why() {
        return why;
    }

    /** Whether that error is the one it was cut off with. */
    @SuppressWarnings("ReferenceEquality") // another error that says the same has another cause
    public final boolean endedBy(Throwable error) {
        return error == why();
    }

    /** Runs when it is cut off, in place of what was to run before; at once where it was. */
    public final void then(Consumer<Throwable> end) {
        Throwable already;
        synchronized (this) {
            reached = end;
            already = why;
        }
        if (already != null) {
            end.accept(already);
        }
    }

    /** The work, until it is cut off. Error: also the reason. One at a time. */
    public final <T> Mono<T> over(Mono<T> work) {
        return new Within<>(work, this);
    }

    /** The stream, until it is cut off. Error: also the reason. One at a time. */
    public final <T> Flux<T> over(Flux<T> stream) {
        return over(stream, Mono.empty());
    }

    /** The same, which goes on until {@code later} is over, for what is to be said before it ends. */
    public final <T> Flux<T> over(Flux<T> stream, Mono<?> later) {
        return Flux.defer(() -> {
            Sinks.Empty<Void> end = Sinks.empty();
            then(_ -> {
                var _ = end.tryEmitEmpty();
            });
            return stream.takeUntilOther(end.asMono().then(later)).concatWith(Mono.defer(this::ended));
        });
    }

    private <T> Mono<T> ended() {
        Throwable reason = why();
        return reason == null ? Mono.empty() : Mono.error(reason);
    }

    /** One object for each call is all that this costs where nothing is cut off. */
    private static final class Within<T> extends MonoOperator<T, T> {

        private final Cut cut;

        Within(Mono<T> work, Cut cut) {
            super(work);
            this.cut = cut;
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            source.subscribe(new Reader<>(actual, cut));
        }
    }

    private static final class Reader<T> implements CoreSubscriber<T>, Subscription, Consumer<Throwable> {

        private final CoreSubscriber<? super T> actual;
        private final Cut cut;
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicBoolean told = new AtomicBoolean();
        private @Nullable Subscription work;
        private volatile boolean begun;
        private volatile @Nullable Throwable reason;

        Reader(CoreSubscriber<? super T> actual, Cut cut) {
            this.actual = actual;
            this.cut = cut;
        }

        @Override
        public reactor.util.context.Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            work = subscription;
            cut.then(this); // first: what comes of the work, maybe at once, has its own end run in place of this one's
            actual.onSubscribe(this);
            begun = true;
            tell();
        }

        @Override
        public void onNext(T value) {
            if (over.compareAndSet(false, true)) {
                actual.onNext(value);
                actual.onComplete();
            } else {
                Operators.onDiscard(value, currentContext());
            }
        }

        @Override
        public void onError(Throwable error) {
            if (over.compareAndSet(false, true)) {
                actual.onError(error);
            }
        }

        @Override
        public void onComplete() {
            if (over.compareAndSet(false, true)) {
                actual.onComplete();
            }
        }

        @Override
        public void accept(Throwable why) {
            if (over.compareAndSet(false, true)) {
                stop();
                reason = why;
                tell();
            }
        }

        private void tell() {
            Throwable why = reason;
            if (begun && why != null && told.compareAndSet(false, true)) {
                actual.onError(why);
            }
        }

        @Override
        public void request(long more) {
            if (work != null) {
                work.request(more);
            }
        }

        @Override
        public void cancel() {
            over.set(true);
            stop();
        }

        private void stop() {
            if (work != null) {
                work.cancel();
            }
        }
    }
}
