package io.penstock.mcp.call;

import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;

/** What the audit trail keeps of a call that was not carried out. */
final class Audits {

    private Audits() {}

    /** Whether it was refused here, or could not be carried out. */
    static Trail.Outcome outcome(Reason reason) {
        boolean failed = reason instanceof Reason.UpstreamFailed
                || reason instanceof Reason.UpstreamTimedOut
                || reason instanceof Reason.Unavailable;
        return failed ? Trail.Outcome.FAILED : Trail.Outcome.REFUSED;
    }

    /**
     * Whether the trail keeps it. What only load decided is counted in the book of calls and in the figures: written down one by one it would
     * come in thousands a second, just when there is least room for it.
     */
    static boolean keeps(Reason reason) {
        return !(reason instanceof Reason.Unavailable);
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
