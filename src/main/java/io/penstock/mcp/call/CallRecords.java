package io.penstock.mcp.call;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.access.Explanation;
import io.penstock.access.Gate;
import io.penstock.audit.Trail.Outcome;
import io.penstock.audit.call.CallBook;
import io.penstock.audit.call.CallKey;
import io.penstock.caller.Caller;
import io.penstock.caller.Claims;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.loop.Rounds;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Puts each call of an identified caller on record, with the rules that allowed or refused the first of its kind. */
@Component
final class CallRecords {

    private final CallBook book;
    private final ClientAddresses addresses;
    private final Gate gate;
    private final Rounds rounds;

    CallRecords(CallBook book, ClientAddresses addresses, Gate gate, Rounds rounds) {
        this.book = book;
        this.addresses = addresses;
        this.gate = gate;
        this.rounds = rounds;
    }

    /** A call that reached its upstream. */
    void ended(Call call, Reply reply) {
        note(call, reply.status() < 400 ? Outcome.SUCCESS : Outcome.FAILED, "");
    }

    /** A call that was not carried out. */
    void refused(Call call, Reason reason) {
        String detail = reason.detail();
        note(call, Audits.outcome(reason), detail == null ? "" : detail);
    }

    private void note(Call call, Outcome outcome, String reason) {
        Caller caller = call.caller;
        Target target = call.target;
        Envelope message = call.envelope;
        if (caller == null || target == null || call.origin != Call.Origin.CLIENT || !isCall(message)) {
            return;
        }
        var key = new CallKey(
                book.hour(),
                caller.user(),
                caller.source().text(),
                caller.digest(),
                addresses.of(call.request),
                orNothing(call.request.header(HttpHeaderNames.USER_AGENT)),
                target.kind(),
                target.name(),
                orNothing(message == null ? call.request.method() : message.method()),
                orNothing(message == null ? null : message.name()),
                outcome,
                reason);
        book.note(
                key,
                System.nanoTime() - call.started,
                () -> Claims.of(caller).text(),
                () -> rules(caller, call, target, outcome == Outcome.REFUSED));
    }

    /** Messages that ask for nothing belong to a call that does. */
    private static boolean isCall(@Nullable Envelope message) {
        return message == null || message.kind() == Envelope.Kind.REQUEST;
    }

    private static String orNothing(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Asked at once, of the memory that the call was decided by. */
    private Mono<String> rules(Caller caller, Call call, Target target, boolean refused) {
        var arrival = new Arrival(call.request, target, Era.SESSIONS, call.envelope, null, new byte[0]);
        return rounds.detach(
                "calls.rules", gate.explain(caller, arrival).map(explanation -> text(explanation, refused)));
    }

    private static String text(Explanation explanation, boolean refused) {
        return explanation.steps().stream()
                .filter(step -> step.passed() != refused)
                .map(Explanation.Step::detail)
                .collect(Collectors.joining("; "));
    }
}
