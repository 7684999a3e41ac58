package io.penstock.relay.leg;

import io.penstock.wire.Message;
import java.util.AbstractQueue;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be told of changes, each once: that a list has changed says no more when it is said twice, and whoever has not been told yet
 * is told in time. One thread may offer while another one polls.
 */
final class News extends AbstractQueue<Message> {

    private final int most;
    private final SequencedSet<Message> waiting = new LinkedHashSet<>();

    /** @param most how many may wait that differ */
    News(int most) {
        this.most = most;
    }

    @Override
    public synchronized boolean offer(Message message) {
        return waiting.contains(message) || (waiting.size() < most && waiting.add(message));
    }

    @Override
    public synchronized @Nullable Message poll() {
        return waiting.isEmpty() ? null : waiting.removeFirst();
    }

    @Override
    public synchronized @Nullable Message peek() {
        return waiting.isEmpty() ? null : waiting.getFirst();
    }

    @Override
    public synchronized Iterator<Message> iterator() {
        return List.copyOf(waiting).iterator();
    }

    @Override
    public synchronized int size() {
        return waiting.size();
    }
}
