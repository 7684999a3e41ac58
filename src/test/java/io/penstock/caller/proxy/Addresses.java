package io.penstock.caller.proxy;

import io.penstock.egress.AddressRange;
import java.util.List;

/** Where clients are, for tests of what asks. */
public final class Addresses {

    private Addresses() {}

    /** Nobody is trusted: a client is where its socket is. */
    public static ClientAddresses ofSockets() {
        return new ClientAddresses(new TrustedPeers(List.of()), "X-Forwarded-For");
    }

    /** Who connects from that range names its client. */
    public static ClientAddresses behind(String range) {
        return new ClientAddresses(new TrustedPeers(List.of(AddressRange.parse(range))), "X-Forwarded-For");
    }
}
