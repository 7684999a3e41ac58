package io.penstock.mcp.call;

import io.penstock.access.limit.Networks;
import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Notes in the audit trail what was not carried out. */
@Component
final class Audits {

    private final Trail trail;
    private final ClientAddresses addresses;

    Audits(Trail trail, ClientAddresses addresses) {
        this.trail = trail;
        this.addresses = addresses;
    }

    /** Notes a call that was refused, unless it only came too many. */
    void note(Call call, Reason reason) {
        if (call.target == null || !keeps(reason)) {
            return;
        }
        var entry = refused(call.request, call.target, call.caller, call.envelope, reason);
        if (call.caller == null || call.caller.source() == Caller.Source.ANONYMOUS) {
            trail.note(entry, Networks.of(addresses.of(call.request)));
        } else {
            trail.note(entry);
        }
    }

    /** Whether it was refused here, or could not be carried out. */
    static Trail.Outcome outcome(Reason reason) {
        boolean failed = reason instanceof Reason.UpstreamFailed
                || reason instanceof Reason.UpstreamTimedOut
                || reason instanceof Reason.Unavailable;
        return failed ? Trail.Outcome.FAILED : Trail.Outcome.REFUSED;
    }

    /**
     * Whether the trail keeps it. What only load, or a limit, decided is counted in the book of calls and in the figures: written down one by one it would
     * come in thousands a second, just when there is least room for it.
     */
    static boolean keeps(Reason reason) {
        return !(reason instanceof Reason.Unavailable || reason instanceof Reason.TooMany);
    }

    static Trail.Entry refused(
            Request request, Target target, @Nullable Caller caller, @Nullable Envelope envelope, Reason reason) {
        String method = envelope == null || envelope.method() == null ? request.method() : envelope.method();
        return new Trail.Entry(
                caller == null ? Trail.Entry.UNKNOWN : caller.user(),
                caller == null ? Trail.Entry.NO_SOURCE : caller.source().text(),
                method,
                target.kind(),
                target.name(),
                outcome(reason),
                reason.detail(),
                request.correlationId());
    }
}
