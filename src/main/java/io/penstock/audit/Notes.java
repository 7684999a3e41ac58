package io.penstock.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.audit.Trail.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What waits to be written. Bounded: a database that is away must not fill the memory. */
final class Notes {

    private static final Logger LOG = LoggerFactory.getLogger(Notes.class);
    private static final int LARGEST_BATCH = 500;

    private final int capacity;

    /** Takes no lock, for those who offer are event loops. */
    private final Queue<Recorded> waiting = new ConcurrentLinkedQueue<>();

    private final AtomicInteger size = new AtomicInteger();
    private final Counter dropped;
    private final AtomicLong droppedUntold = new AtomicLong();

    /** Taken from the queue, not known to be written. */
    private List<Recorded> inHand = List.of();

    Notes(int capacity, MeterRegistry meters) {
        this.capacity = capacity;
        dropped = Counter.builder("penstock.audit.dropped")
                .description("Entries of the audit trail that did not fit into the queue")
                .register(meters);
    }

    void offer(Recorded note) {
        AuditLog.write(note.entry());
        if (size.incrementAndGet() <= capacity) {
            waiting.add(note);
        } else {
            size.decrementAndGet();
            dropped.increment();
            droppedUntold.incrementAndGet();
        }
    }

    /** The next to write; the same again until they are {@link #written}; empty when nothing waits. */
    synchronized List<Recorded> next() {
        if (inHand.isEmpty()) {
            List<Recorded> batch = new ArrayList<>();
            for (Recorded note = waiting.poll();
                    note != null;
                    note = batch.size() < LARGEST_BATCH ? waiting.poll() : null) {
                batch.add(note);
                size.decrementAndGet();
            }
            inHand = List.copyOf(batch);
        }
        return inHand;
    }

    synchronized void written(List<Recorded> batch) {
        if (inHand.equals(batch)) {
            inHand = List.of();
        }
    }

    synchronized boolean isEmpty() {
        return inHand.isEmpty() && waiting.isEmpty();
    }

    void tellDropped() {
        long count = droppedUntold.getAndSet(0);
        if (count > 0) {
            LOG.warn(
                    "{} entries of the audit trail are in this log alone: the database did not take them in time",
                    count);
        }
    }
}
