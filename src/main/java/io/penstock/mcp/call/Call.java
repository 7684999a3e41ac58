package io.penstock.mcp.call;

import io.micrometer.tracing.Span;
import io.penstock.caller.Caller;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.Mirrors;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;

/** One call under way, and what is known of it so far, for its answer, its audit entry and its figures. */
public final class Call {

    Request request;

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

    /** Whether it is counted as a stream of its caller's; one that a line carries is counted with the line. */
    boolean countsAsStream = true;

    /** Whether its head is only what its message implies. */
    boolean implied;

    public Call(Request request, @Nullable Target target) {
        this.request = request;
        this.target = target;
    }

    /** A call in the course of a line, which is the caller's one stream whatever it carries. */
    public static Call onLine(Request request, Target target) {
        var call = new Call(request, target);
        call.countsAsStream = false;
        return call;
    }

    public Request request() {
        return request;
    }

    public @Nullable Target target() {
        return target;
    }

    /** Null until somebody is found to call. */
    public @Nullable Caller caller() {
        return caller;
    }

    /** What the message says of itself; null before it is read, and where there is none. */
    public @Nullable Envelope envelope() {
        return envelope;
    }

    /** Gives the call the head that its message implies, where the line that it came by has no heads. */
    public void present(Request implied, Envelope message) {
        request = implied;
        this.implied = true;
        envelope = message;
    }

    /** The request's id as JSON text; null where there is none to answer. */
    public @Nullable String id() {
        return envelope == null || envelope.kind() == Envelope.Kind.RESPONSE ? null : envelope.id();
    }

    public boolean stateless() {
        return envelope != null && Mirrors.stateless(request, envelope);
    }
}
