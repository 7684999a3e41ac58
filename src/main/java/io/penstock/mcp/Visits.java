package io.penstock.mcp;

import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
import io.penstock.mcp.line.Lines;
import io.penstock.relay.Replicas;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What other replicas hand over: carried out as if it had come here, from the caller's identity on. */
@Component
final class Visits {

    private final Calls calls;
    private final SseLines lines;

    Visits(Replicas replicas, Calls calls, SseLines lines) {
        this.calls = calls;
        this.lines = lines;
        replicas.serve(this::carry);
    }

    /** The reply, which may be a refusal's. Never empty. Error: what went wrong here. */
    Mono<Reply> carry(Request request, byte[] body) {
        if (!(Paths.read(request.path()) instanceof Endpoint.At at)) {
            return nowhere();
        }
        // a message to a line names it, and is counted where the line is; a call in the course of one has its
        // endpoint's path
        if (request.headers().contains(Lines.NAME)) {
            var message = new Call(request, at.target());
            return replied(message, lines.visit(message, body));
        }
        return carry(Call.handedOver(request, at.target()), body);
    }

    private Mono<Reply> carry(Call call, byte[] body) {
        return replied(
                call, calls.carry(call, call.request().method().equals("POST") ? Mono.just(body) : Mono.empty()));
    }

    private static Mono<Reply> replied(Call call, Mono<Reply> reply) {
        return reply.onErrorResume(
                Refusal.class, refusal -> Mono.just(Exchange.refused(refusal.reason(), call.id(), call.stateless())));
    }

    private static Mono<Reply> nowhere() {
        return Mono.just(Exchange.refused(new Reason.NotFound("There is no such MCP endpoint"), null, false));
    }
}
