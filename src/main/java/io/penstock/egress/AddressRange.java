package io.penstock.egress;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/** A block of addresses in CIDR notation; IPv4 and IPv6 are apart, as {@link Addresses#normal} keeps them. */
public record AddressRange(byte[] network, int prefix) {

    /** Reads {@code 10.0.0.0/8}, {@code ::1/128}, or a single address. @throws IllegalArgumentException where it is neither */
    public static AddressRange parse(String text) {
        String range = text.strip();
        int slash = range.indexOf('/');
        byte[] network = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? range : range.substring(0, slash));
        if (network == null) {
            throw new IllegalArgumentException("'" + text + "' is no range of addresses like 10.0.0.0/8 or fd00::/8");
        }
        int bits = network.length * Byte.SIZE;
        int prefix = slash < 0 ? bits : length(text, range.substring(slash + 1), bits);
        return new AddressRange(network, prefix);
    }

    private static int length(String text, String digits, int bits) {
        if (digits.matches("[0-9]{1,3}") && Integer.parseInt(digits) <= bits) {
            return Integer.parseInt(digits);
        }
        throw new IllegalArgumentException("'" + text + "' needs a prefix length from 0 to " + bits);
    }

    /** Whether the address is in it; of another family it is not. */
    public boolean contains(InetAddress address) {
        return begins(address.getAddress());
    }

    /** Whether all of this range lies in the other. */
    boolean within(AddressRange wider) {
        return prefix >= wider.prefix && wider.begins(network);
    }

    private boolean begins(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit += Byte.SIZE) {
            int mask = prefix - bit >= Byte.SIZE ? 0xFF : 0xFF << (Byte.SIZE - (prefix - bit));
            if (((address[bit / Byte.SIZE] ^ network[bit / Byte.SIZE]) & mask & 0xFF) != 0) {
                return false;
            }
        }
        return true;
    }
}
