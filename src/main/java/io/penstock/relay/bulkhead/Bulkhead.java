package io.penstock.relay.bulkhead;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.util.concurrent.Queues;

/**
 * The places at one upstream. Those who wait take turns by caller, whoever came first. Nothing locks: who comes while another one is at it
 * leaves a signal, which the other one sees to before it goes.
 */
final class Bulkhead {

    private static final Duration LATER = Duration.ofSeconds(1);

    private final BulkheadSettings settings;

    /** Signals that are not seen to yet, the one being seen to among them. */
    private final AtomicInteger signals = new AtomicInteger();

    private final Queue<Place> queue = Queues.<Place>unboundedMultiproducer().get();

    // what follows is of whoever drains
    private final Map<String, Share> shares = new HashMap<>();
    private final SequencedSet<Share> turns = new LinkedHashSet<>();
    private int inFlight;
    private int waiting;

    Bulkhead(BulkheadSettings settings) {
        this.settings = settings;
    }

    /** Takes a place, or waits for its {@link Place#turn}. Whether it was taken at once; {@link #leave} it in either case. */
    boolean enter(Place place) {
        if (!signals.compareAndSet(0, 1)) {
            signal(place);
            return false;
        }
        boolean taken = admit(place);
        drain();
        return taken;
    }

    /** Gives the place back, or waits no more; once is enough, and more often does no harm. */
    void leave(Place place) {
        if (signals.compareAndSet(0, 1)) {
            release(place);
            drain();
        } else {
            signal(place);
        }
    }

    private void signal(Place place) {
        queue.add(place);
        if (signals.getAndIncrement() == 0) {
            see(place(queue));
            drain();
        }
    }

    /** Sees to what came meanwhile, after the one signal that the caller of this has seen to. */
    private void drain() {
        int seen = 1;
        while (true) {
            int left = signals.addAndGet(-seen);
            if (left == 0) {
                return;
            }
            for (seen = 0; seen < left; seen++) {
                see(place(queue));
            }
        }
    }

    /** A signal is counted after it is queued, so there is one. */
    private static Place place(Queue<Place> queue) {
        return Objects.requireNonNull(queue.poll());
    }

    /** The first signal of a place is that it comes, every other that it goes. */
    private void see(Place place) {
        if (place.isNew()) {
            if (admit(place)) {
                place.called();
            }
        } else {
            release(place);
        }
    }

    /** Whether it has a place now; else it waits, or is refused. */
    private boolean admit(Place place) {
        var share = shares.computeIfAbsent(place.caller(), _ -> new Share());
        if (inFlight < settings.inFlight() && share.inFlight < settings.inFlightPerCaller()) {
            take(place, share);
            return true;
        }
        if (waiting >= settings.waiting() || share.waiting() >= settings.waitingPerCaller()) {
            place.refused(new Refusal(
                    new Reason.Unavailable("Too many calls wait for this upstream: try again later", LATER)));
            forget(place.caller(), share);
            return false;
        }
        place.await();
        share.add(place);
        waiting++;
        queueUp(share);
        return false;
    }

    private void take(Place place, Share share) {
        place.take();
        inFlight++;
        share.inFlight++;
    }

    private void release(Place place) {
        var share = shares.get(place.caller());
        if (share == null) {
            return;
        }
        if (place.isWaiting()) {
            waiting--;
            share.remove(place);
            queueUp(share);
        } else if (place.isTaken()) {
            inFlight--;
            share.inFlight--;
            queueUp(share);
        }
        place.end();
        forget(place.caller(), share);
        callNext();
    }

    /** Lets the caller take turns for as long as something of it waits that may have a place. */
    private void queueUp(Share share) {
        if (isDue(share)) {
            turns.add(share); // where it has a turn already, it keeps that
        } else {
            turns.remove(share);
        }
    }

    private boolean isDue(Share share) {
        return share.waiting() > 0 && share.inFlight < settings.inFlightPerCaller();
    }

    private void callNext() {
        while (inFlight < settings.inFlight() && !turns.isEmpty()) {
            var share = turns.removeFirst();
            var place = share.next();
            waiting--;
            take(place, share);
            queueUp(share);
            place.called();
        }
    }

    private void forget(String caller, Share share) {
        if (share.isNothing()) {
            shares.remove(caller);
        }
    }

    /** Whether nothing is kept of anybody. */
    boolean isEmpty() {
        var _ = signals.get();
        return shares.isEmpty() && turns.isEmpty();
    }

    /** Roughly how many calls are under way. */
    int inFlight() {
        var _ = signals.get(); // sees what was written before it was last counted down
        return inFlight;
    }

    /** Roughly how many calls wait. */
    int waiting() {
        var _ = signals.get();
        return waiting;
    }
}
