package io.penstock.mcp.line;

import io.penstock.access.Permit;
import io.penstock.mcp.call.Call;
import io.penstock.wire.Envelope;
import java.util.Objects;

/** A message that a client said on a line and that is permitted. */
record Said(Call call, Permit permit) {

    Envelope message() {
        return Objects.requireNonNull(call.envelope(), "Only what was read is permitted");
    }

    boolean isRequest() {
        return message().kind() == Envelope.Kind.REQUEST;
    }

    boolean is(String method) {
        return method.equals(message().method());
    }
}
