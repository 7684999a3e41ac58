package io.penstock.mcp.call;

import io.micrometer.tracing.Span;
import io.penstock.access.limit.Due;
import io.penstock.access.tenure.Tenure;
import io.penstock.caller.Caller;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.Limit;
import io.penstock.wire.Mirrors;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;

/** One call under way, and what is known of it so far, for its answer, its audit entry and its figures. */
public final class Call {

    /** Where a call comes from. */
    enum Origin {
        CLIENT,
        /** In the course of a line, which is the caller's one stream whatever it carries. */
        LINE,
        /** A client's call to another replica, which counts it. */
        REPLICA
    }

    Request request;

    final Origin origin;

    /** Null where the path names no endpoint. */
    final @Nullable Target target;

    final long started = System.nanoTime();

    @Nullable
    Caller caller;

    @Nullable
    Envelope envelope;

    /** What was checked; null before that. */
    @Nullable
    Arrival arrival;

    @Nullable
    Span span;

    /** Whose open-ended stream this is; null where it is none. */
    @Nullable
    Object streamOf;

    /** What was known when the caller was last asked for; less than zero where nobody was. */
    long turn = -1;

    /** How long it may go on; null before it is permitted. */
    @Nullable
    Tenure tenure;

    /** What it takes of its caller's limits; null where none holds, and before it is counted. */
    @Nullable
    Due due;

    /** How the caller stands to the nearest limit; null where none holds. */
    @Nullable
    Limit limit;

    /** Whether its head is only what its message implies. */
    boolean implied;

    /** A client's call. */
    public Call(Request request, @Nullable Target target) {
        this(request, target, Origin.CLIENT);
    }

    private Call(Request request, @Nullable Target target, Origin origin) {
        this.request = request;
        this.target = target;
        this.origin = origin;
    }

    /** A call in the course of a line. */
    public static Call onLine(Request request, Target target) {
        return new Call(request, target, Origin.LINE);
    }

    /** A call that another replica has carried out here. */
    public static Call handedOver(Request request, Target target) {
        return new Call(request, target, Origin.REPLICA);
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

    /** How the caller stands to the nearest limit; null where none holds, and before the call is permitted. */
    public @Nullable Limit limit() {
        return limit;
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
