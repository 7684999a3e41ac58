package io.penstock.relay.leg;

import io.penstock.wire.Message;
import java.util.AbstractQueue;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.SequencedCollection;
import org.jspecify.annotations.Nullable;

/** What waits for its reader, up to so much; the last one may be of any size. One thread may offer while another one polls. */
class Unread extends AbstractQueue<Message> {

    /** In characters. */
    private static final long MUCH = 4L << 20;

    /** What each takes beside its own characters. */
    private static final int AROUND = 256;

    private final SequencedCollection<Message> waiting;
    private long size;

    Unread() {
        this(new ArrayDeque<>());
    }

    /** @param waiting where they wait, in their order; what it does not take is not kept */
    Unread(SequencedCollection<Message> waiting) {
        this.waiting = waiting;
    }

    @Override
    public synchronized boolean offer(Message message) {
        if (size >= MUCH) {
            return false;
        }
        size += waiting.add(message) ? size(message) : 0;
        return true;
    }

    @Override
    public synchronized @Nullable Message poll() {
        if (waiting.isEmpty()) {
            return null;
        }
        var first = waiting.removeFirst();
        size -= size(first);
        return first;
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

    private static int size(Message message) {
        return AROUND
                + switch (message) {
                    case Message.Asked asked -> size(asked.method(), asked.params());
                    case Message.Told told -> size(told.method(), told.params());
                    case Message.Result result -> size(result.id(), result.result());
                    case Message.Failure failure -> size(failure.id(), failure.error());
                };
    }

    private static int size(@Nullable String one, @Nullable String other) {
        return (one == null ? 0 : one.length()) + (other == null ? 0 : other.length());
    }
}
