package io.penstock.egress;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * Which addresses may be connected to.
 *
 * @param ranges the ranges that the operator allowed
 * @param hosts the names that the operator allowed, lower case
 * @param trusted names that a setting of the operator's own gave: a key set's host. They may be on loopback
 * @param own where the gateway itself is: never allowed
 * @param publicOnly whether what is not on the operator's list has to be a public address
 */
record Policy(
        List<AddressRange> ranges, List<String> hosts, List<String> trusted, OwnAddresses own, boolean publicOnly) {

    Policy(List<AddressRange> ranges, List<String> hosts, List<String> trusted, OwnAddresses own) {
        this(ranges, hosts, trusted, own, false);
    }

    /** The same policy for what others than the operator point to: private networks only where the operator's list names them. */
    Policy pointed() {
        return new Policy(ranges, hosts, List.of(), own, true);
    }

    /** The same policy for one more host, which an operator's setting names. */
    Policy trusting(String host) {
        return new Policy(ranges, hosts, List.of(host.toLowerCase(Locale.ROOT)), own);
    }

    /**
     * Whether a connection may be made there.
     *
     * @param host the name or literal that was asked for, lower case, without brackets
     * @param address what it stands for
     */
    boolean allows(String host, InetAddress address, int port) {
        InetAddress normal = Addresses.normal(address);
        if (Addresses.isNobodys(normal) || own.at(host, normal, port)) {
            return false;
        }
        AddressRange special = Addresses.special(normal);
        if (special != null) {
            return ranges.stream().anyMatch(range -> range.within(special) && range.contains(normal))
                    || (Addresses.isLoopback(normal) && mayBeLoopback(host));
        }
        return (isOpen() && !(publicOnly && Addresses.isPrivate(normal)))
                || names(host)
                || trusted.contains(host)
                || ranges.stream().anyMatch(range -> range.contains(normal));
    }

    private boolean mayBeLoopback(String host) {
        return trusted.contains(host) || (isLocalhost(host) && names(host));
    }

    /** Whether a name can be allowed at all; what it resolves to is looked at when connecting. */
    boolean mayAllow(String name, int port) {
        if (own.named(name, port)) {
            return false;
        }
        if (isLocalhost(name)) {
            return names(name) || ranges.stream().anyMatch(Policy::opensLoopback);
        }
        return isOpen() || names(name) || !ranges.isEmpty();
    }

    private boolean isOpen() {
        return ranges.isEmpty() && hosts.isEmpty();
    }

    private boolean names(String host) {
        return hosts.stream().anyMatch(allowed -> allowed.equals(host) || wildcard(allowed, host));
    }

    private static boolean wildcard(String allowed, String host) {
        return allowed.startsWith("*.") && host.endsWith(allowed.substring(1));
    }

    /** RFC 6761: these names mean this machine, whatever a resolver says. */
    private static boolean isLocalhost(String host) {
        return host.equals("localhost") || host.endsWith(".localhost");
    }

    private static boolean opensLoopback(AddressRange range) {
        return range.within(Addresses.LOOPBACK_4) || range.within(Addresses.LOOPBACK_6);
    }
}
