package io.penstock.mcp.call;

import io.penstock.access.Gate;
import io.penstock.access.Permit;
import io.penstock.access.limit.RateLimits;
import io.penstock.access.tenure.Tenure;
import io.penstock.access.tenure.Tenures;
import io.penstock.caller.Caller;
import io.penstock.caller.Callers;
import io.penstock.caller.Quotas;
import io.penstock.credential.Wallet;
import io.penstock.relay.Upstreams;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelopes;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Mirrors;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The one path of a call, whichever edge it came by: arrival, caller, permit, outbound, reply. */
@Component
public final class Calls {

    private static final byte[] NOTHING = {};

    private final Callers callers;
    private final Quotas quotas;
    private final Gate gate;
    private final RateLimits limits;
    private final Wallet wallet;
    private final Upstreams upstreams;
    private final Audits audits;
    private final CallMeters meters;
    private final CallRecords records;
    private final CallTraces traces;
    private final Streams streams;
    private final Tenures tenures;
    private final Withdrawals withdrawals;

    Calls(
            Callers callers,
            Quotas quotas,
            Gate gate,
            RateLimits limits,
            Wallet wallet,
            Upstreams upstreams,
            Audits audits,
            CallMeters meters,
            CallRecords records,
            CallTraces traces,
            Streams streams,
            Tenures tenures,
            Withdrawals withdrawals) {
        this.callers = callers;
        this.quotas = quotas;
        this.gate = gate;
        this.limits = limits;
        this.wallet = wallet;
        this.upstreams = upstreams;
        this.audits = audits;
        this.meters = meters;
        this.records = records;
        this.traces = traces;
        this.streams = streams;
        this.tenures = tenures;
        this.withdrawals = withdrawals;
    }

    /**
     * Carries the call out. It is counted when its reply is there, or when the reply's events have ended; a refusal is counted and noted
     * in the audit trail. Never empty. Error: a {@code Refusal}, or what else went wrong.
     *
     * @param body empty for GET and DELETE
     */
    public Mono<Reply> carry(Call call, Mono<byte[]> body) {
        return counting(call, reply(call, body));
    }

    /** Carries out a call that is permitted, as {@link #carry(Call, Mono)} does. */
    public Mono<Reply> carry(Call call, Permit permit) {
        return counting(call, forward(call, permit));
    }

    private Mono<Reply> counting(Call call, Mono<Reply> carried) {
        var replied = new AtomicBoolean();
        return carried.map(reply -> {
                    replied.set(true);
                    return counted(call, reply);
                })
                .doOnDiscard(Reply.Events.class, events -> events.source().dispose())
                .doOnError(Refusal.class, refusal -> refused(call, refusal))
                .doFinally(end -> {
                    if (!replied.get()) {
                        over(call);
                    }
                });
    }

    private Reply counted(Call call, Reply reply) {
        // Disposed once, whether the events end or are never asked for.
        var end = Disposables.composite(() -> {
            ended(call, reply);
            over(call);
        });
        if (reply instanceof Reply.Events(var events, var source, var session)) {
            return new Reply.Events(events.doFinally(_ -> end.dispose()), Disposables.composite(source, end), session);
        }
        end.dispose();
        return reply;
    }

    /**
     * The bare reply, for an edge that itself tells of the call's {@link #ended end} or {@link #refused refusal}, and that it is
     * {@link #over}.
     */
    public Mono<Reply> reply(Call call, Mono<byte[]> body) {
        return permit(call, body).flatMap(permit -> forward(call, permit));
    }

    /** Checks the call, and no more. The caller is known before a byte of the body is read. Never empty. Error: a {@code Refusal}. */
    public Mono<Permit> permit(Call call, Mono<byte[]> body) {
        return identify(call).flatMap(caller -> permit(call, caller, body));
    }

    /** Checks the call of a caller who is known. Never empty. Error: a {@code Refusal}. */
    public Mono<Permit> permit(Call call, Caller caller, Mono<byte[]> body) {
        call.caller = caller;
        return spend(call, caller)
                .then(arrival(call, body))
                .flatMap(arrival -> {
                    call.arrival = arrival;
                    if (call.origin == Call.Origin.CLIENT) { // else it was counted where the client began it
                        call.due = limits.count(caller, arrival);
                    }
                    return gate.permit(caller, arrival);
                })
                .doOnNext(permit -> {
                    call.limit = limits.count(permit, call.due);
                    open(call, permit);
                    call.tenure = call.turn < 0 ? tenures.begin(permit) : tenures.begin(permit, call.turn);
                });
    }

    /** Takes what a client began of its caller's quotas, so that what is then refused counts too. */
    private Mono<Void> spend(Call call, Caller caller) {
        return call.origin == Call.Origin.CLIENT ? quotas.spend(caller) : Mono.empty();
    }

    private Mono<Reply> forward(Call call, Permit permit) {
        Tenure tenure = call.tenure;
        return tenure == null ? forward(permit) : withdrawals.within(call, tenure, permit, this::forward);
    }

    /** A line's events, until the right to it is taken away. Error: also the {@code Refusal} that says why. */
    public Flux<SseEvent> whileAllowed(Call line, Flux<SseEvent> events) {
        Tenure tenure = line.tenure;
        return tenure == null ? events : Withdrawals.line(tenure, events);
    }

    /** The last event of a line whose right was taken away; null where it ends for another reason. */
    public @Nullable SseEvent lastOf(Call line, Throwable error) {
        return line.tenure != null && line.tenure.endedBy(error) && error instanceof Refusal refusal
                ? Withdrawals.comment(refusal)
                : null;
    }

    private Mono<Reply> forward(Permit permit) {
        return wallet.equip(permit)
                .flatMap(upstreams::forward)
                .onErrorResume(
                        Refusal.class,
                        refusal -> refusal.reason() instanceof Reason.NeedsAuthorization needs
                                ? upstreams.unconnected(permit, needs)
                                : Mono.error(refusal));
    }

    /** Who calls, asked anew at each subscription. */
    public Mono<Caller> identify(Call call) {
        return Mono.defer(() -> {
                    call.turn = tenures.turn();
                    return callers.identify(call.request);
                })
                .doOnNext(caller -> call.caller = caller);
    }

    /** Counts a call that reached its upstream, and puts it on record. */
    public void ended(Call call, Reply reply) {
        meters.ended(call, reply);
        records.ended(call, reply);
    }

    /** Counts a call that was not carried out, puts it on record and, unless it only came too many, notes it in the audit trail. */
    public void refused(Call call, Refusal refusal) {
        meters.refused(call, refusal.reason());
        records.refused(call, refusal.reason());
        audits.note(call, refusal.reason());
    }

    /** Gives back what the call held. */
    public void over(Call call) {
        if (call.span != null) {
            call.span.end();
        }
        if (call.streamOf != null) {
            streams.close(call.streamOf);
        }
        if (call.tenure != null) {
            tenures.end(call.tenure);
        }
    }

    private void open(Call call, Permit permit) {
        if (permit.arrival().openEnded() && call.origin != Call.Origin.LINE) {
            Object whom = limits.whom(permit);
            streams.open(whom);
            call.streamOf = whom;
        }
    }

    private Mono<Arrival> arrival(Call call, Mono<byte[]> body) {
        return body.map(bytes -> {
                    call.envelope = Envelopes.read(bytes);
                    return arrived(call, Mirrors.era(call.request, call.envelope), bytes);
                })
                .switchIfEmpty(Mono.fromSupplier(
                        () -> arrived(call, Mirrors.sessions(call.request.header(HeaderNames.VERSION)), NOTHING)));
    }

    private Arrival arrived(Call call, Era era, byte[] body) {
        call.span = traces.start(call.request, call.envelope);
        var traceparent = traces.onward(call.request, call.envelope, call.span);
        Target target = Objects.requireNonNull(call.target, "A call without a target is refused before");
        return new Arrival(call.request, target, era, call.envelope, traceparent, body, !call.implied);
    }
}
