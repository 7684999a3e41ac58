package io.penstock.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What kinds of addresses there are, and the one form in which they are compared. */
final class Addresses {

    static final AddressRange LOOPBACK_4 = AddressRange.parse("127.0.0.0/8");
    static final AddressRange LOOPBACK_6 = AddressRange.parse("::1/128");

    /** Nobody's address: unspecified, multicast, reserved with broadcast, and translation prefixes of unknown layout. */
    private static final List<AddressRange> NOBODY =
            ranges("0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128", "ff00::/8", "64:ff9b:1::/48");

    /** The machine itself, its link, and the metadata services of clouds: opened only by a range that lies within. */
    private static final List<AddressRange> SPECIAL = ranges(
            "127.0.0.0/8",
            "::1/128",
            "169.254.0.0/16",
            "fe80::/10",
            "fd00:ec2::/32",
            "fd20:ce::254/128",
            "100.100.100.200/32",
            "168.63.129.16/32",
            "192.0.0.192/32");

    /** Networks that are not reached from everywhere (RFC 6890), shared ones of carriers among them. */
    private static final List<AddressRange> PRIVATE = ranges(
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "192.0.0.0/24",
            "198.18.0.0/15",
            "fc00::/7",
            "fec0::/10");

    private Addresses() {}

    static boolean isNobodys(InetAddress normal) {
        return NOBODY.stream().anyMatch(range -> range.contains(normal));
    }

    static boolean isPrivate(InetAddress normal) {
        return PRIVATE.stream().anyMatch(range -> range.contains(normal));
    }

    static boolean isLoopback(InetAddress normal) {
        return LOOPBACK_4.contains(normal) || LOOPBACK_6.contains(normal);
    }

    /** Whether it opens a special block that is more than the machine itself. */
    static boolean opensMetadata(AddressRange range) {
        return SPECIAL.stream()
                .anyMatch(
                        special -> range.within(special) && !special.within(LOOPBACK_4) && !special.within(LOOPBACK_6));
    }

    /** The special block that holds the address; null where it is an ordinary one, public or private. */
    static @Nullable AddressRange special(InetAddress normal) {
        for (var range : SPECIAL) {
            if (range.contains(normal)) {
                return range;
            }
        }
        return null;
    }

    /** The address itself, or the IPv4 address that an IPv6 one stands for: a stack or a router on the way would go there. */
    static InetAddress normal(InetAddress address) {
        byte[] bytes = address.getAddress();
        try {
            if (bytes.length == 4) {
                return InetAddress.getByAddress(bytes);
            }
            byte[] embedded = embedded(bytes);
            return InetAddress.getByAddress(embedded == null ? bytes : embedded);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address of " + bytes.length + " bytes", e);
        }
    }

    private static byte @Nullable [] embedded(byte[] six) {
        if (starts(six, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0) // NAT64, RFC 6052
                || starts(six, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0) // translated, RFC 2765
                || starts(six, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff) // mapped, RFC 4291 2.5.5.2
                || compatible(six)
                || isatap(six)) {
            return Arrays.copyOfRange(six, 12, 16);
        }
        if (starts(six, 0x20, 0x02)) { // 6to4, RFC 3056
            return Arrays.copyOfRange(six, 2, 6);
        }
        if (starts(six, 0x20, 0x01, 0, 0)) { // Teredo, RFC 4380: the client's address, every bit turned
            return new byte[] {(byte) ~six[12], (byte) ~six[13], (byte) ~six[14], (byte) ~six[15]};
        }
        return null;
    }

    /** IPv4-compatible (RFC 4291 2.5.5.1): all of {@code ::/96} but {@code ::} and {@code ::1}. */
    private static boolean compatible(byte[] six) {
        return starts(six, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                && (six[12] != 0 || six[13] != 0 || six[14] != 0 || (six[15] & 0xFF) > 1);
    }

    /** RFC 5214: an interface identifier of {@code 0:5efe} or {@code 200:5efe} before the IPv4 address. */
    private static boolean isatap(byte[] six) {
        return (six[8] & 0xFD) == 0 && six[9] == 0 && six[10] == 0x5e && (six[11] & 0xFF) == 0xfe;
    }

    private static boolean starts(byte[] address, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((address[i] & 0xFF) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static List<AddressRange> ranges(String... texts) {
        return Arrays.stream(texts).map(AddressRange::parse).toList();
    }
}
