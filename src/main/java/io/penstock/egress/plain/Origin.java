package io.penstock.egress.plain;

import java.net.InetSocketAddress;
import java.net.URI;

/** Where a connection leads. */
record Origin(String host, int port) {

    private static final int HTTP = 80;

    static Origin of(URI uri) {
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new Origin(bare, uri.getPort() < 0 ? HTTP : uri.getPort());
    }

    /** Unresolved, so that the resolver checks it, whatever it is. */
    InetSocketAddress address() {
        return InetSocketAddress.createUnresolved(host, port);
    }
}
