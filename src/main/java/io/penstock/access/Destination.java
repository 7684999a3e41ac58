package io.penstock.access;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Server;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.wire.Arrival.Target;
import org.jspecify.annotations.Nullable;

/** What an MCP endpoint stands for, where its caller may use it. */
sealed interface Destination {

    /** One upstream, transparently. */
    record Upstream(Gateway gateway) implements Destination {}

    /**
     * A virtual server, or everything.
     *
     * @param server null for everything
     */
    record Virtual(Showing showing, @Nullable Server server) implements Destination {

        boolean isOn() {
            return server == null || server.enabled();
        }
    }

    /** Null where there is no such endpoint for the viewer. */
    static @Nullable Destination find(Target target, Snapshot snapshot, Viewer viewer) {
        return switch (target) {
            case Target.GatewayTarget(var id) -> upstream(snapshot.gateway(id), viewer);
            case Target.ServerTarget(var id) -> virtual(snapshot.server(id), snapshot, viewer);
            case Target.NamedTarget(var name) -> {
                var server = virtual(snapshot.server(name), snapshot, viewer);
                yield server != null ? server : upstream(snapshot.gateway(name), viewer);
            }
            case Target.AllTarget _ -> new Virtual(snapshot.all(viewer), null);
        };
    }

    /** What to answer where {@link #find} finds nothing: the same, whether it does not exist or is not visible. */
    static String absence(Target target) {
        return switch (target) {
            case Target.GatewayTarget _ -> "There is no such gateway";
            case Target.ServerTarget _ -> "There is no such server";
            case Target.NamedTarget _ -> "There is no server or gateway of that name";
            case Target.AllTarget _ -> "There is no such MCP endpoint";
        };
    }

    private static @Nullable Destination upstream(@Nullable Gateway gateway, Viewer viewer) {
        return gateway == null || !viewer.reaches(gateway) ? null : new Upstream(gateway);
    }

    private static @Nullable Destination virtual(@Nullable Server server, Snapshot snapshot, Viewer viewer) {
        if (server == null) {
            return null;
        }
        var showing = snapshot.showing(server.id(), viewer);
        return showing == null ? null : new Virtual(showing, server);
    }
}
