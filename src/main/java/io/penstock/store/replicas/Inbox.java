package io.penstock.store.replicas;

import java.util.concurrent.atomic.AtomicLong;
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

    void put(byte[] frame) {
        if (!tray.offer(frame)) {
            losses.incrementAndGet();
        }
    }

    /** Says to the reader, too, that frames may have been lost. */
    void lost() {
        losses.incrementAndGet();
        var _ = tray.offer(LOST);
    }

    long losses() {
        return losses.get();
    }

    Flux<byte[]> frames() {
        return tray.take(BATCH, MOST_BYTES, Mono::just)
                .flatMapIterable(batch -> batch)
                .repeat();
    }
}
