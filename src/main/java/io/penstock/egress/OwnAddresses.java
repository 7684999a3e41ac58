package io.penstock.egress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;

/** Where this gateway itself is: its listening and management ports, its public address, its database. */
class OwnAddresses {

    private final Set<Integer> listening = ConcurrentHashMap.newKeySet();
    private final Set<InetAddress> local = interfaces();
    private final Set<String> named;

    /** Addresses count for it beside its name: whatever else is called by them, it is behind them. */
    private final @Nullable InetSocketAddress database;

    /** Takes the URLs at which the gateway and its database are known; empty ones name nothing. */
    OwnAddresses(String baseUrl, String databaseUrl) {
        this.database = endpoint(databaseUrl);
        this.named = Stream.of(endpoint(baseUrl), database)
                .filter(Objects::nonNull)
                .map(endpoint -> endpoint.getHostString() + ":" + endpoint.getPort())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Notes where a server of this process listens, the management one too; before it does there is nothing to reach. */
    @EventListener
    void listens(WebServerInitializedEvent event) {
        listensOn(event.getWebServer().getPort());
    }

    void listensOn(int port) {
        listening.add(port);
    }

    boolean at(String host, InetAddress normal, int port) {
        return (listening.contains(port) && isHere(normal))
                || named(host, port)
                || named(normal.getHostAddress(), port);
    }

    /** Where the database is, unresolved, if it is at that port; else null. */
    @Nullable
    InetSocketAddress databaseAt(int port) {
        return database != null && database.getPort() == port ? database : null;
    }

    /** Whether both are one address, or both this machine's. */
    boolean isSame(InetAddress normal, InetAddress other) {
        return normal.equals(other) || (isHere(normal) && isHere(other));
    }

    private boolean isHere(InetAddress normal) {
        return Addresses.isLoopback(normal) || local.contains(normal);
    }

    boolean named(String host, int port) {
        return named.contains(host + ":" + port);
    }

    /** Null where it names none. */
    private static @Nullable InetSocketAddress endpoint(String url) {
        try {
            // r2dbc:postgresql://host:5432/name is an opaque URI: what counts begins after the last scheme
            URI uri = URI.create(url.substring(Math.max(
                    0, url.lastIndexOf(':', Math.max(0, url.indexOf("://") - 1)) + 1)));
            int port = uri.getHost() == null ? -1 : Destinations.port(uri);
            return port < 0 ? null : InetSocketAddress.createUnresolved(Destinations.bare(uri.getHost()), port);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Set<InetAddress> interfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(Addresses::normal)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (SocketException e) {
            return Set.of();
        }
    }
}
