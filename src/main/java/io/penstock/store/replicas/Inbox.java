package io.penstock.store.replicas;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Frames that have come, until their one reader takes them. */
final class Inbox {

    private static final byte[] LOST = {};
    private static final int MOST = 20_000;
    private static final long MOST_BYTES = 128L << 20;
    private static final int BATCH = 256;

    private final Tray<byte[]> tray = new Tray<>(MOST, MOST_BYTES, frame -> frame.length, Schedulers.immediate());
    private final AtomicLong losses = new AtomicLong();
    private final AtomicBoolean overflowed = new AtomicBoolean();

    /** Where it does not fit, the reader is told so. */
    void put(byte[] frame) {
        if (!tray.offer(frame)) {
            losses.incrementAndGet();
            overflowed.set(true);
        }
    }

    /** Says to the reader, too, that frames may have been lost. */
    void lost() {
        losses.incrementAndGet();
        if (!tray.offer(LOST)) {
            overflowed.set(true);
        }
    }

    long losses() {
        return losses.get();
    }

    Flux<byte[]> frames() {
        return tray.take(BATCH, MOST_BYTES, Mono::just)
                .flatMapIterable(this::withLosses)
                .repeat();
    }

    private List<byte[]> withLosses(List<byte[]> batch) {
        return overflowed.getAndSet(false)
                ? Stream.concat(batch.stream(), Stream.of(LOST)).toList()
                : batch;
    }
}
