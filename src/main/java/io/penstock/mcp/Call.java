package io.penstock.mcp;

import io.micrometer.tracing.Span;
import io.penstock.caller.Caller;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.Mirrors;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;

/** One call under way, and what is known of it so far, for its answer, its audit entry and its figures. */
final class Call {

    final Request request;

    /** Null where the path names no endpoint. */
    final @Nullable Target target;

    final long started = System.nanoTime();

    @Nullable
    Caller caller;

    @Nullable
    Envelope envelope;

    @Nullable
    Span span;

    /** Whose open-ended stream this is; null where it is none. */
    @Nullable
    String streamOf;

    Call(Request request, @Nullable Target target) {
        this.request = request;
        this.target = target;
    }

    /** The request's id as JSON text; null where there is none to answer. */
    @Nullable
    String id() {
        return envelope == null || envelope.kind() == Envelope.Kind.RESPONSE ? null : envelope.id();
    }

    boolean stateless() {
        return envelope != null && Mirrors.stateless(request, envelope);
    }
}
