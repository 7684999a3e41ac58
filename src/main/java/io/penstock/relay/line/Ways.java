package io.penstock.relay.line;

import io.penstock.credential.Credential;
import io.penstock.egress.Clients;

/** Which connections a call may use. */
@FunctionalInterface
public interface Ways {

    Clients of(Credential credential);
}
