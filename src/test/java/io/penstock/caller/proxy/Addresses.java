package io.penstock.caller.proxy;

import java.util.List;

/** Where clients are, for tests that have no proxy. */
public final class Addresses {

    private Addresses() {}

    /** Nobody is trusted: a client is where its socket is. */
    public static ClientAddresses ofSockets() {
        return new ClientAddresses(new TrustedPeers(List.of()), "X-Forwarded-For");
    }
}
