package io.penstock.egress.plain;

import io.netty.channel.EventLoop;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The connections to one origin: how many there are, and for each event loop those that carry nothing. */
final class Connections {

    private final Origin origin;
    private final ConcurrentMap<Origin, Connections> all;
    private final ConcurrentMap<EventLoop, Idle> idle = new ConcurrentHashMap<>();

    /** Changed within {@code compute} of the map that holds this. */
    private int open;

    private Connections(Origin origin, ConcurrentMap<Origin, Connections> all) {
        this.origin = origin;
        this.all = all;
    }

    /** Counts a connection that is to be made, which {@link #closed} takes back; null where there is no room for one. */
    static @Nullable Connections reserve(Origin origin, ConcurrentMap<Origin, Connections> all, int most) {
        var reserved = new Connections[1];
        all.compute(origin, (_, known) -> {
            var connections = known == null ? new Connections(origin, all) : known;
            if (connections.open < most) {
                connections.open++;
                reserved[0] = connections;
            }
            return connections;
        });
        return reserved[0];
    }

    /** One connection is gone; with the last one this is forgotten. */
    void closed(Connection connection) {
        idle(connection.loop()).remove(connection);
        all.computeIfPresent(origin, (_, connections) -> --connections.open == 0 ? null : connections);
    }

    /** One of the loop's that carries nothing; null where there is none. To be called on the loop. */
    @Nullable
    Connection takeIdle(EventLoop loop) {
        return idle(loop).take();
    }

    /** The connection carries nothing any more. To be called on its loop. */
    void release(Connection connection) {
        idle(connection.loop()).add(connection);
    }

    private Idle idle(EventLoop loop) {
        Idle known = idle.get(loop);
        return known == null ? idle.computeIfAbsent(loop, Idle::new) : known;
    }
}
