package io.penstock.access;

import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.wire.Arrival;

/** The evidence that a call was checked: only the gate makes one. */
public final class Permit {

    private final Caller caller;
    private final Arrival arrival;
    private final Gateway gateway;

    Permit(Caller caller, Arrival arrival, Gateway gateway) {
        this.caller = caller;
        this.arrival = arrival;
        this.gateway = gateway;
    }

    public Caller caller() {
        return caller;
    }

    public Arrival arrival() {
        return arrival;
    }

    /** The upstream that the call goes to. */
    public Gateway gateway() {
        return gateway;
    }
}
