package io.penstock.relay.leg;

import io.penstock.relay.line.BrokenOff;
import io.penstock.relay.line.Codes;
import io.penstock.relay.line.Heard;
import io.penstock.relay.line.Line;
import io.penstock.wire.Message;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The answer to a request by which a leg is opened: a response, a refusal or nothing.
 *
 * @param session {@code Mcp-Session-Id} of a good answer
 */
record First(Heard heard, @Nullable String session) {

    /** Reads it; never empty. Requests in between get no answer, since nothing is agreed on yet. */
    static Mono<First> of(Flux<Heard> answer, Line line, String what) {
        var limit = line.limits().answer();
        return answer.scan(new First(new Heard.Taken(), null), First::then)
                .skip(1)
                .filter(First::isLast)
                .next()
                .switchIfEmpty(Mono.error(() -> line.faults().unanswered(what)))
                .timeout(limit, Mono.error(() -> line.faults().timedOut(what, limit)))
                .onErrorMap(BrokenOff.class, BrokenOff::refusal);
    }

    private First then(Heard next) {
        return new First(next, next instanceof Heard.Began began ? began.session() : session);
    }

    private boolean isLast() {
        return switch (heard) {
            case Heard.Said said -> said.message() instanceof Message.Response;
            case Heard.Refused _, Heard.Taken _ -> true;
            case Heard.Began _, Heard.Mark _, Heard.Named _ -> false;
        };
    }

    /** The refusal in it; null where it is none. */
    Heard.@Nullable Refused refused() {
        return heard instanceof Heard.Refused refused ? refused : null;
    }

    /** The JSON-RPC error in it, whatever the status; null where there is none. */
    Message.@Nullable Failure failure() {
        return switch (heard) {
            case Heard.Said said -> said.message() instanceof Message.Failure failure ? failure : null;
            case Heard.Refused refused -> refused.failure();
            case Heard.Began _, Heard.Mark _, Heard.Named _, Heard.Taken _ -> null;
        };
    }

    /** Whether only a server of the stateless revision answers so. */
    boolean isModern() {
        var failure = failure();
        return failure != null && Codes.isModern(failure.code());
    }

    /** The result in it; null where it is none. */
    @Nullable
    String result() {
        return heard instanceof Heard.Said said && said.message() instanceof Message.Result result
                ? result.result()
                : null;
    }
}
