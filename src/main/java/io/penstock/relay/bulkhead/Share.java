package io.penstock.relay.bulkhead;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/** What one caller has at an upstream: calls under way and calls that wait, the oldest first. */
final class Share {

    private final SequencedSet<Place> waiting = new LinkedHashSet<>(2);
    int inFlight;

    int waiting() {
        return waiting.size();
    }

    void add(Place place) {
        waiting.addLast(place);
    }

    Place next() {
        return waiting.removeFirst();
    }

    void remove(Place place) {
        waiting.remove(place);
    }

    boolean isNothing() {
        return inFlight == 0 && waiting.isEmpty();
    }
}
