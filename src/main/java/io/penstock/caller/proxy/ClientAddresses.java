package io.penstock.caller.proxy;

import io.penstock.wire.Request;
import java.net.InetAddress;
import java.util.List;

/**
 * The address of the client behind trusted proxies, for the audit trail, limits and what tokens are bound to. It is what a proxy says,
 * read from the right to the left for as long as the one who says it is trusted; who is trusted at all is decided by the socket's address
 * alone.
 */
public final class ClientAddresses {

    private final TrustedPeers trusted;
    private final String header;

    ClientAddresses(TrustedPeers trusted, String header) {
        this.trusted = trusted;
        this.header = header;
    }

    /**
     * The client's address: the socket's, unless a trusted proxy is there and names another. Where a proxy names none that can be read,
     * the last one that could.
     */
    public InetAddress of(Request request) {
        InetAddress known = request.peer().getAddress();
        if (!trusted.contains(known)) {
            return known;
        }
        List<String> lines = request.headers().getAll(header);
        return lines.isEmpty() ? known : behind(known, hops(lines));
    }

    private List<String> hops(List<String> lines) {
        return header.equalsIgnoreCase("Forwarded") ? ForwardedHops.standard(lines) : ForwardedHops.plain(lines);
    }

    private InetAddress behind(InetAddress proxy, List<String> hops) {
        InetAddress known = proxy;
        for (String hop : hops.reversed()) {
            InetAddress named = ForwardedHops.address(hop);
            if (named == null) {
                return known;
            }
            known = named;
            if (!trusted.contains(known)) {
                return known;
            }
        }
        return known;
    }
}
