package io.penstock.egress.plain;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connections of one event loop to one origin that carry nothing, the last used first. Only the loop touches them. */
final class Idle {

    private final EventLoop loop;
    private final Deque<Connection> connections = new ArrayDeque<>();
    private boolean sweeping;

    Idle(EventLoop loop) {
        this.loop = loop;
    }

    @Nullable
    Connection take() {
        Connection last = connections.pollLast();
        while (last != null && !last.isUsable()) {
            last.close();
            last = connections.pollLast();
        }
        return last;
    }

    void add(Connection connection) {
        connections.addLast(connection);
        if (!sweeping) {
            sweepLater();
        }
    }

    void remove(Connection connection) {
        connections.remove(connection);
    }

    private void sweepLater() {
        sweeping = true;
        var _ = loop.schedule(this::sweep, PlainHttp.LONGEST_IDLE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        sweeping = false;
        while (!connections.isEmpty() && !connections.getFirst().isUsable()) {
            connections.removeFirst().close();
        }
        if (!connections.isEmpty()) {
            sweepLater();
        }
    }
}
