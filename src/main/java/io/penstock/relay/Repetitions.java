package io.penstock.relay;

import io.penstock.access.Permit;

/** Who is to know that a call is sent to its upstream a second time. */
public interface Repetitions {

    /** The upstream broke off the call that this permits, and it is sent again now. */
    void repeated(Permit permit);
}
