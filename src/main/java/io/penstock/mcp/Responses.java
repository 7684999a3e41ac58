package io.penstock.mcp;

import io.penstock.caller.Welcome;
import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
import io.penstock.wire.Refusal;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/** Answers calls that came as one HTTP request, each on its own response. */
@Component
final class Responses {

    private static final Logger LOG = LoggerFactory.getLogger(Responses.class);

    private final Calls calls;
    private final Welcome welcome;

    Responses(Calls calls, ObjectProvider<Welcome> welcome) {
        this.calls = calls;
        this.welcome = welcome.getIfAvailable(() -> Welcome.NOWHERE);
    }

    /**
     * Carries the call out and answers it.
     *
     * @param body empty for GET and DELETE
     */
    Mono<Void> handle(Call call, Exchange exchange, Mono<byte[]> body) {
        return calls.reply(call, body)
                .flatMap(reply -> {
                    exchange.tell(call.limit());
                    return write(reply, exchange).doFinally(end -> calls.ended(call, reply));
                })
                .doOnDiscard(Reply.Events.class, events -> events.source().dispose())
                .onErrorResume(error -> answer(call, exchange, error))
                .doFinally(end -> calls.over(call));
    }

    /** Writes the reply; one whose client has gone before its events are read lets go of them. */
    private Mono<Void> write(Reply reply, Exchange exchange) {
        if (!(reply instanceof Reply.Events(var events, var source, var session))) {
            return exchange.write(reply);
        }
        var read = new AtomicBoolean();
        var attended = new Reply.Events(events.doOnSubscribe(_ -> read.set(true)), source, session);
        var written = Mono.defer(() -> exchange.write(attended));
        return written.doFinally(_ -> {
            if (!read.get()) {
                source.dispose();
            }
        });
    }

    /** Keeps a line open for as long as the client stays, and the caller's right to it. */
    Mono<Void> hold(Call call, Exchange exchange, Mono<Flux<SseEvent>> line) {
        return line.flatMap(events ->
                        exchange.line(attended(call, events)).doFinally(end -> calls.ended(call, new Reply.Empty(200))))
                .onErrorResume(error -> answer(call, exchange, error))
                .doFinally(end -> calls.over(call));
    }

    private Flux<SseEvent> attended(Call call, Flux<SseEvent> events) {
        return calls.whileAllowed(call, events).onErrorResume(error -> {
            SseEvent last = calls.lastOf(call, error);
            return last == null ? Flux.error(error) : Flux.just(last);
        });
    }

    /** Answers a message that was taken, or refused; the call that it is goes on elsewhere. */
    Mono<Void> taken(Call call, Exchange exchange, Mono<Reply> reply) {
        return reply.doOnNext(_ -> exchange.tell(call.limit()))
                .flatMap(exchange::write)
                .onErrorResume(error -> answer(call, exchange, error));
    }

    /** Answers a call that is not to be carried out. */
    Mono<Void> refuse(Call call, Exchange exchange, Refusal refusal) {
        return answer(call, exchange, refusal);
    }

    private Mono<Void> answer(Call call, Exchange exchange, Throwable error) {
        if (exchange.begun() || gone(error)) {
            return broken(call, error);
        }
        if (error instanceof Refusal refusal) {
            String elsewhere =
                    refusal.reason() instanceof Refusal.Reason.Unauthenticated ? welcome.of(call.request()) : null;
            if (elsewhere != null) {
                return exchange.redirect(elsewhere);
            }
            calls.refused(call, refusal);
            return exchange.refuse(refusal.reason(), call.id(), call.stateless());
        }
        LOG.error("Call {} failed", call.request().correlationId(), error);
        return exchange.fail(call.id());
    }

    /** Whether the client hung up: nobody is left to be answered, and nothing is wrong here. */
    private static boolean gone(Throwable error) {
        return error instanceof AbortedException || AbortedException.isConnectionReset(error);
    }

    /** All that is left is to end the connection, where the client will see it. */
    private static Mono<Void> broken(Call call, Throwable error) {
        if (!(error instanceof Refusal || gone(error))) {
            LOG.error("The answer to call {} broke off", call.request().correlationId(), error);
        }
        return Mono.error(error);
    }
}
