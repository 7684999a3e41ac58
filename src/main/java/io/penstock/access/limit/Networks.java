package io.penstock.access.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Whom an address stands for: an IPv6 client has a whole network of them to choose of. */
public final class Networks {

    private Networks() {}

    /** The IPv4 address itself; the first 64 bits of an IPv6 one. */
    public static Object of(InetAddress address) {
        return address instanceof Inet6Address
                ? ByteBuffer.wrap(address.getAddress()).getLong()
                : address;
    }
}
