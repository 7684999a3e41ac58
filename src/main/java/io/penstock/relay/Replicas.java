package io.penstock.relay;

import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.util.function.BiFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The other replicas of this gateway, for what only one of them can do: what belongs to a stream or an upstream call that it holds. The
 * request is handed over whole, so that the other replica checks it as if it had come there.
 */
public interface Replicas {

    /** The largest note, in bytes. */
    int LARGEST_NOTE = 4 * 1024;

    /** This replica's name, as tokens carry it; another one after each start. */
    String self();

    /**
     * Hands a request over and gives what the other replica replies: events follow one by one at the reader's pace, cancelling reaches the
     * other side. Never empty. Error: {@code SessionEnded} where no such replica answers, {@code Unavailable} where nobody can tell because
     * the database is away, {@code UpstreamFailed} where the other side is lost before it replied; the events, too, end with that.
     */
    Mono<Reply> hand(String replica, Request request, byte[] body);

    /** What other replicas hand over is carried out by this; set once, at start. */
    void serve(BiFunction<Request, byte[], Mono<Reply>> visits);

    /**
     * Tells all replicas, this one among them, a small thing that they may act on. Empty when it is on its way: a replica that is cut off
     * does not hear it. Error: it was not sent.
     *
     * @param note 1 to {@link #LARGEST_NOTE} bytes; whoever tells begins it with what tells its kind from others
     */
    Mono<Void> tellAll(byte[] note);

    /**
     * Empty when the other replicas have heard what this one {@link #tellAll told} before, and whoever reads {@link #told} there without a
     * queue has acted on it; or when one of them does not say so in time, because it is gone or cut off. Never errors.
     */
    Mono<Void> heard();

    /**
     * Hot: what the replicas tell from now on; an empty note says that others may have been lost before it. Never completes. Error: where
     * its reader lags far behind.
     */
    Flux<byte[]> told();
}
