package io.penstock.relay.bridge;

import io.penstock.wire.Refusal;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseEvent;

/** How a call that fails after its stream began is ended. */
final class Failures {

    private Failures() {}

    /** The request's end as an error, since the status has been sent. */
    static SseEvent last(Refusal refusal, String id) {
        return SseEvent.message(RpcError.of(refusal.reason()).json(id));
    }
}
