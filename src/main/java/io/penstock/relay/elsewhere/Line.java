package io.penstock.relay.elsewhere;

import io.penstock.store.Switchboard;
import reactor.core.publisher.Mono;

/** This side of one conversation: numbers what is said, and knows whether all that the other side said was heard. */
final class Line {

    private final Switchboard switchboard;
    private final Object order;
    private final String peer;
    private final long id;
    private int said;
    private int heard;

    /** @param order what is said, here and in beats, is said one after the other */
    Line(Switchboard switchboard, Object order, String peer, long id) {
        this.switchboard = switchboard;
        this.order = order;
        this.peer = peer;
        this.id = id;
    }

    String peer() {
        return peer;
    }

    long id() {
        return id;
    }

    /** Says it at once; the result is for who wants to know what became of it. */
    Mono<Void> say(Frame frame) {
        synchronized (order) {
            byte[] letter = Letters.write(new Letter(switchboard.self(), id, said, frame));
            said++;
            return switchboard.send(peer, letter);
        }
    }

    /** Whether the frame of this number is the next one; asked once for each frame that comes. */
    boolean follows(int number) {
        return number == heard++;
    }

    /** Whether this many frames of the other side's have come. */
    boolean heardAll(int count) {
        return heard == count;
    }

    /** How many were said until now; within the order. */
    int said() {
        return said;
    }
}
