package io.penstock.relay;

import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/**
 * The other replicas of this gateway, for what only one of them can do: what belongs to a stream or an upstream call that it holds. The
 * request is handed over whole, so that the other replica checks it as if it had come there.
 */
public interface Replicas {

    /** This replica's name, as tokens carry it; another one after each start. */
    String self();

    /**
     * Hands a request over and gives what the other replica replies: events follow one by one at the reader's pace, cancelling reaches the
     * other side. Never empty. Error: {@code SessionEnded} where no such replica answers.
     */
    Mono<Reply> hand(String replica, Request request, byte[] body);

    /** What other replicas hand over is carried out by this; set once, at start. */
    void serve(BiFunction<Request, byte[], Mono<Reply>> visits);
}
