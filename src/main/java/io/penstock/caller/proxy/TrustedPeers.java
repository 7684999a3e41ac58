package io.penstock.caller.proxy;

import io.penstock.egress.AddressRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The addresses that proxies are trusted at. */
final class TrustedPeers {

    private final List<AddressRange> ranges;

    TrustedPeers(List<AddressRange> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    boolean contains(InetAddress address) {
        InetAddress plain = plain(address);
        for (AddressRange range : ranges) {
            if (range.contains(plain)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The address, where it is an IPv4 one in IPv6 form (RFC 4291, 2.5.5.2) in its own. No other IPv6 address stands for an IPv4 one here:
     * anybody can have one of 6to4 or Teredo that holds a trusted address.
     */
    private static InetAddress plain(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address of odd length", e);
        }
    }
}
