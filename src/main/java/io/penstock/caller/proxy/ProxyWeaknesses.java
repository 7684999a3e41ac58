package io.penstock.caller.proxy;

import io.penstock.egress.AddressRange;
import io.penstock.vault.Weakness;
import io.penstock.vault.Weaknesses;
import java.util.ArrayList;
import java.util.List;

/** What of the trust in a proxy lets in who should stay out. */
record ProxyWeaknesses(ProxySettings settings, boolean proven) implements Weaknesses {

    /** From this many addresses on, somebody else than a proxy is likely among them. */
    private static final int WIDE_V4 = 16;

    private static final int WIDE_V6 = 48;
    private static final int V4_BYTES = 4;
    private static final int LOOPBACK = 127;

    @Override
    public List<Weakness> find() {
        List<Weakness> found = new ArrayList<>();
        boolean wide = settings.ranges().stream().anyMatch(ProxyWeaknesses::isWide);
        if (!settings.on()) {
            if (wide) {
                found.add(
                        new Weakness(
                                "TRUSTED_PROXY_CIDRS",
                                "Everybody in these ranges may say which address a call comes from. Right would be the proxies' own addresses."));
            }
            return found;
        }
        if (settings.anonymousEnabled()) {
            found.add(
                    new Weakness(
                            "PROXY_ANONYMOUS_ENABLED",
                            "Who comes through the proxy without a name reads what is public. Right would be false, where the proxy names everybody."));
        }
        if (wide && !proven) {
            found.add(
                    new Weakness(
                            "TRUSTED_PROXY_CIDRS",
                            "Everybody in these ranges may say who calls. Right would be the proxies' own addresses, or PROXY_PROOF."));
        }
        return found;
    }

    private static boolean isWide(AddressRange range) {
        byte[] network = range.network();
        return network.length == V4_BYTES
                ? range.prefix() < WIDE_V4 && network[0] != LOOPBACK
                : range.prefix() < WIDE_V6;
    }
}
