package io.penstock.egress;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;

/** Where this gateway itself is: its listening and management ports, its public address, its database. */
class OwnAddresses {

    private final Set<Integer> listening = ConcurrentHashMap.newKeySet();
    private final Set<InetAddress> local = interfaces();
    private final Set<String> named;

    /** Takes the URLs at which the gateway and its database are known; empty ones name nothing. */
    OwnAddresses(String... urls) {
        this.named = Arrays.stream(urls)
                .filter(url -> !url.isBlank())
                .map(OwnAddresses::endpoint)
                .filter(endpoint -> !endpoint.isEmpty())
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
        return (listening.contains(port) && (Addresses.isLoopback(normal) || local.contains(normal)))
                || named(host, port)
                || named(normal.getHostAddress(), port);
    }

    boolean named(String host, int port) {
        return named.contains(host + ":" + port);
    }

    private static String endpoint(String url) {
        try {
            // r2dbc:postgresql://host:5432/name is an opaque URI: what counts begins after the last scheme
            URI uri = URI.create(url.substring(Math.max(
                    0, url.lastIndexOf(':', Math.max(0, url.indexOf("://") - 1)) + 1)));
            return uri.getHost() == null ? "" : Destinations.bare(uri.getHost()) + ":" + Destinations.port(uri);
        } catch (IllegalArgumentException e) {
            return "";
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
