package io.penstock.relay.leg;

import io.penstock.wire.Message;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * What waits to be told of changes, each once: that a list has changed says no more when it is said twice, and whoever has not been told yet
 * is told in time.
 */
final class News extends Unread {

    private final SequencedSet<Message> waiting;

    News() {
        this(new LinkedHashSet<>());
    }

    private News(SequencedSet<Message> waiting) {
        super(waiting);
        this.waiting = waiting;
    }

    @Override
    public synchronized boolean offer(Message message) {
        return waiting.contains(message) || super.offer(message);
    }
}
