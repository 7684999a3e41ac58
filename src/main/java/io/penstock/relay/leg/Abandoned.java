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

    /** The same; what ends it before the response, while the upstream is well, goes there as {@code notifications/cancelled}. */
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
                .doOnError(Abandoned::isOurs, _ -> cancel.run())
                .doOnCancel(cancel);
    }

    /** Whether it is this gateway that waits for the response no longer. */
    private static boolean isOurs(Throwable error) {
        return error instanceof Refusal refusal
                && switch (refusal.reason()) {
                    case Reason.UpstreamTimedOut _ -> true;
                    case Reason.UpstreamFailed failed -> failed.how() == Reason.UpstreamFailed.How.TOO_LARGE;
                    default -> false;
                };
    }
}
