package io.penstock.mcp;

import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
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
        if (!(Paths.read(request.path()) instanceof Endpoint.At at)) {
            return nowhere();
        }
        return switch (at.way()) {
            case STREAMABLE, EXECUTE -> carry(new Call(request, at.target()), body);
            case LINE, MESSAGE, SOCKET -> nowhere();
        };
    }

    private Mono<Reply> carry(Call call, byte[] body) {
        return calls.carry(call, call.request().method().equals("POST") ? Mono.just(body) : Mono.empty())
                .onErrorResume(
                        Refusal.class,
                        refusal -> Mono.just(Exchange.refused(refusal.reason(), call.id(), call.stateless())));
    }

    private static Mono<Reply> nowhere() {
        return Mono.just(Exchange.refused(new Reason.NotFound("There is no such MCP endpoint"), null, false));
    }
}
