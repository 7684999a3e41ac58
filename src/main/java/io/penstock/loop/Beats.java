package io.penstock.loop;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A stream with a beat in it: once a round of a {@link Wheel} the same element goes out among the stream's own. One of these is asked for at a
 * time, as the reader wants it. A beat waits for a reader who is not ready, and there is one of it then, however many rounds it waits. An error
 * of the stream ends all at once.
 */
public final class Beats<T> extends Flux<T> {

    private final Flux<T> source;
    private final T beat;
    private final Wheel wheel;

    public Beats(Flux<T> source, T beat, Wheel wheel) {
        this.source = source;
        this.beat = beat;
        this.wheel = wheel;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> reader) {
        source.subscribe(new Beating<>(reader, beat, wheel));
    }

    /** One reading. */
    private static final class Beating<T> implements CoreSubscriber<T>, Subscription, Wheel.Rider {

        @SuppressWarnings("rawtypes")
        private static final AtomicLongFieldUpdater<Beating> WANTED =
                AtomicLongFieldUpdater.newUpdater(Beating.class, "wanted");

        /** Signals that are not seen to yet: whoever makes the first sees to all. */
        private final AtomicInteger signals = new AtomicInteger();

        private final CoreSubscriber<? super T> reader;
        private final T beat;
        private final Wheel wheel;
        private @Nullable Subscription source;

        private volatile long wanted;

        private volatile @Nullable T element;
        private volatile boolean due;
        private volatile @Nullable Throwable failure;
        private volatile boolean complete;
        private volatile boolean cancelled;

        // of whoever sees to the signals
        private boolean asked;
        private boolean over;

        // of the wheel's thread
        private Wheel.@Nullable Seat seat;
        private boolean left;

        Beating(CoreSubscriber<? super T> reader, T beat, Wheel wheel) {
            this.reader = reader;
            this.beat = beat;
            this.wheel = wheel;
        }

        @Override
        public Context currentContext() {
            return reader.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            source = subscription;
            reader.onSubscribe(this);
            wheel.enter(() -> {
                if (!left) {
                    seat = wheel.take(this);
                }
            });
        }

        @Override
        public void onNext(T value) {
            element = value;
            see();
        }

        @Override
        public void onError(Throwable error) {
            failure = error;
            see();
        }

        @Override
        public void onComplete() {
            complete = true;
            see();
        }

        @Override
        public void request(long count) {
            if (Operators.validate(count)) {
                var _ = Operators.addCap(WANTED, this, count);
                see();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            see();
        }

        @Override
        public void turn() {
            due = true;
            see();
        }

        private void see() {
            if (signals.getAndIncrement() != 0) {
                return;
            }
            int seen = 1;
            do {
                if (!over) {
                    pass();
                }
                seen = signals.addAndGet(-seen);
            } while (seen != 0);
        }

        private void pass() {
            while (!over) {
                // looked at first: the last element may come between, and the end after it
                boolean last = complete;
                T next = element;
                if (cancelled) {
                    end(next);
                } else if (failure != null) {
                    Throwable error = failure;
                    end(next);
                    reader.onError(error);
                } else if (next == null && last) {
                    end(null);
                    reader.onComplete();
                } else if (wanted == 0 || !give(next)) {
                    return;
                }
            }
        }

        /** Whether anything could be given; else it is asked for. */
        private boolean give(@Nullable T next) {
            if (next != null) {
                element = null;
                asked = false;
                wanted(next);
            } else if (due) {
                due = false;
                wanted(beat);
            } else if (!asked) {
                asked = true;
                Objects.requireNonNull(source).request(1);
            } else {
                return false;
            }
            return true;
        }

        private void wanted(T value) {
            var _ = Operators.produced(WANTED, this, 1);
            reader.onNext(value);
        }

        private void end(@Nullable T dropped) {
            over = true;
            element = null;
            if (dropped != null) {
                Operators.onDiscard(dropped, currentContext());
            }
            if (!complete) {
                Objects.requireNonNull(source).cancel();
            }
            wheel.enter(this::leave);
        }

        private void leave() {
            left = true;
            if (seat != null) {
                wheel.leave(seat);
            }
        }
    }
}
