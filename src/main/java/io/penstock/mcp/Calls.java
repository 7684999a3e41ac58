package io.penstock.mcp;

import io.micrometer.tracing.Span;
import io.penstock.access.Gate;
import io.penstock.access.Permit;
import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import io.penstock.caller.Callers;
import io.penstock.credential.Wallet;
import io.penstock.relay.Upstreams;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.Envelopes;
import io.penstock.wire.Mirrors;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/** The one path of a call: bytes, arrival, caller, permit, outbound, reply, bytes. */
@Component
final class Calls {

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final byte[] NOTHING = {};

    private final Callers callers;
    private final Gate gate;
    private final Wallet wallet;
    private final Upstreams upstreams;
    private final Trail trail;
    private final CallMeters meters;
    private final CallTraces traces;
    private final Streams streams;

    Calls(
            Callers callers,
            Gate gate,
            Wallet wallet,
            Upstreams upstreams,
            Trail trail,
            CallMeters meters,
            CallTraces traces,
            Streams streams) {
        this.callers = callers;
        this.gate = gate;
        this.wallet = wallet;
        this.upstreams = upstreams;
        this.trail = trail;
        this.meters = meters;
        this.traces = traces;
        this.streams = streams;
    }

    /** One call under way, and what is known of it so far, for its answer, its audit entry and its figures. */
    static final class Call {

        final Request request;
        final Exchange exchange;
        final Challenge challenge;
        final long started = System.nanoTime();

        @Nullable
        Target target;

        @Nullable
        Caller caller;

        @Nullable
        Envelope envelope;

        @Nullable
        Span span;

        /** Whose open-ended stream this is; null where it is none. */
        @Nullable
        String streamOf;

        Call(Request request, Exchange exchange, Challenge challenge) {
            this.request = request;
            this.exchange = exchange;
            this.challenge = challenge;
        }

        @Nullable
        String id() {
            return envelope == null || envelope.kind() == Envelope.Kind.RESPONSE ? null : envelope.id();
        }

        boolean stateless() {
            return envelope != null && Mirrors.stateless(request, envelope);
        }
    }

    /**
     * Carries the call out and answers it.
     *
     * @param body empty for GET and DELETE
     */
    Mono<Void> handle(Call call, Target target, Mono<byte[]> body) {
        call.target = target;
        return reply(call, target, body)
                .flatMap(reply -> Mono.from(
                                call.exchange.write(reply, Mono.defer(() -> callers.identify(call.request))))
                        .doFinally(end -> meters.ended(call, reply)))
                .doOnDiscard(Reply.Events.class, events -> events.source().dispose())
                .onErrorResume(error -> answer(call, error))
                .doFinally(end -> ended(call));
    }

    /** The caller is known before a byte of the body is read. */
    private Mono<Reply> reply(Call call, Target target, Mono<byte[]> body) {
        return callers.identify(call.request)
                .doOnNext(caller -> call.caller = caller)
                .flatMap(caller -> arrival(call, target, body).flatMap(arrival -> gate.permit(caller, arrival)))
                .doOnNext(permit -> open(call, permit))
                .flatMap(wallet::equip)
                .flatMap(upstreams::forward);
    }

    private void open(Call call, Permit permit) {
        if (permit.arrival().openEnded()) {
            streams.open(permit.caller().user());
            call.streamOf = permit.caller().user();
        }
    }

    private void ended(Call call) {
        if (call.span != null) {
            call.span.end();
        }
        if (call.streamOf != null) {
            streams.close(call.streamOf);
        }
    }

    private Mono<Arrival> arrival(Call call, Target target, Mono<byte[]> body) {
        return body.map(bytes -> {
                    call.envelope = Envelopes.read(bytes);
                    return arrived(call, target, Mirrors.era(call.request, call.envelope), bytes);
                })
                .switchIfEmpty(Mono.fromSupplier(
                        () -> arrived(call, target, Mirrors.sessions(call.request.header(Mirrors.VERSION)), NOTHING)));
    }

    private Arrival arrived(Call call, Target target, Era era, byte[] body) {
        call.span = traces.start(call.request, call.envelope);
        var traceparent = traces.onward(call.request, call.envelope, call.span);
        return new Arrival(call.request, target, era, call.envelope, traceparent, body);
    }

    Mono<Void> refuse(Call call, Refusal refusal) {
        return answer(call, refusal);
    }

    private Mono<Void> answer(Call call, Throwable error) {
        if (call.exchange.begun() || gone(error)) {
            return broken(call, error);
        }
        if (error instanceof Refusal refusal) {
            meters.refused(call, refusal.reason());
            note(call, refusal);
            return Mono.from(call.exchange.refuse(refusal.reason(), call.id(), call.stateless(), call.challenge));
        }
        LOG.error("Call {} failed", call.request.correlationId(), error);
        return Mono.from(call.exchange.fail(call.id()));
    }

    /** Whether the client hung up: nobody is left to be answered, and nothing is wrong here. */
    private static boolean gone(Throwable error) {
        return error instanceof AbortedException || AbortedException.isConnectionReset(error);
    }

    /** All that is left is to end the connection, where the client will see it. */
    private static Mono<Void> broken(Call call, Throwable error) {
        if (!(error instanceof Refusal || gone(error))) {
            LOG.error("The answer to call {} broke off", call.request.correlationId(), error);
        }
        return Mono.error(error);
    }

    private void note(Call call, Refusal refusal) {
        if (call.target != null) {
            trail.note(Audits.refused(call.request, call.target, call.caller, call.envelope, refusal.reason()));
        }
    }
}
