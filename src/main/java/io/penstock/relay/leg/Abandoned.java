package io.penstock.relay.leg;

import io.penstock.loop.Rounds;
import io.penstock.relay.line.Line;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ends exchanges that take too long, and tells upstreams with sessions of all that nobody waits for any more. */
final class Abandoned {

    private Abandoned() {}

    /** Within the limit of an exchange. Error: {@code UpstreamTimedOut}. */
    static Flux<Message> limit(Flux<Message> answers, Line line, String what) {
        var limit = line.limits().exchange();
        Mono<Void> late =
                Mono.delay(limit).flatMap(_ -> Mono.error(line.faults().timedOut(what, limit)));
        return answers.takeUntilOther(late);
    }

    /** The same; a cancel or a time-out before the response goes to the upstream as {@code notifications/cancelled}. */
    static Flux<Message> tell(
            Flux<Message> answers,
            Exchange exchange,
            Line line,
            Rounds rounds,
            Function<Message.Told, Mono<Void>> tell) {
        Runnable cancel = () -> {
            if (!exchange.isAnswered()) {
                var cancelled = new Message.Told("notifications/cancelled", "{\"requestId\":" + exchange.id() + "}");
                var _ = rounds.detach("relay.cancel", tell.apply(cancelled));
            }
        };
        return limit(answers, line, exchange.sent().method())
                .doOnError(
                        error ->
                                error instanceof Refusal refusal && refusal.reason() instanceof Reason.UpstreamTimedOut,
                        _ -> cancel.run())
                .doOnCancel(cancel);
    }
}
