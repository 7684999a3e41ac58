package io.penstock.mcp;

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

    Visits(Replicas replicas, Calls calls) {
        this.calls = calls;
        replicas.serve(this::carry);
    }

    /** The reply, which may be a refusal's. Never empty. Error: what went wrong here. */
    Mono<Reply> carry(Request request, byte[] body) {
        var call = new Call(request, Paths.isMcp(request.path()) ? Paths.target(request.path()) : null);
        if (call.target == null) {
            return Mono.just(Exchange.refused(new Reason.NotFound("There is no such MCP endpoint"), null, false));
        }
        return calls.carry(call, request.method().equals("POST") ? Mono.just(body) : Mono.empty())
                .onErrorResume(
                        Refusal.class,
                        refusal -> Mono.just(Exchange.refused(refusal.reason(), call.id(), call.stateless())));
    }
}
