package io.penstock.api.accounts;

import io.penstock.access.limit.Networks;
import io.penstock.audit.Trail;
import io.penstock.audit.Trail.Entry;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import org.springframework.stereotype.Component;

/**
 * Notes in the audit trail that a password was not taken. Who tried is not known, so it is the network's: nobody's guesses push out those of
 * others.
 */
@Component
public final class PasswordRefusals {

    private final Trail trail;
    private final ClientAddresses addresses;

    PasswordRefusals(Trail trail, ClientAddresses addresses) {
        this.trail = trail;
        this.addresses = addresses;
    }

    /** Notes the entry, unless a limit refused the request: then no password was looked at, and the figures count it. */
    public void note(Entry entry, Refusal refusal, Request request) {
        if (!(refusal.reason() instanceof Reason.TooMany)) {
            trail.note(entry, Networks.of(addresses.of(request)));
        }
    }
}
