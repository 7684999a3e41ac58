package io.penstock.store;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Frames of bytes between the replicas that share one database: sealed, in order from each sender to each receiver, and lost where a
 * connection is, so whoever uses them numbers them. On the embedded database there is one replica, which reaches itself alone.
 */
public interface Switchboard {

    /** The largest frame that goes to all replicas, in bytes. */
    int LARGEST_TO_ALL = 5 * 1024;

    /** This replica's name: 16 characters of {@code [a-z0-9]}, another one after each start. */
    String self();

    /**
     * Sends a frame to one replica, at once and after those sent before, whether or not somebody subscribes. Empty when the database has
     * it, which says nothing of the other side. Error: where it was not sent, or nobody knows whether it was.
     */
    Mono<Void> send(String replica, byte[] frame);

    /**
     * The same to all replicas, this one among them.
     *
     * @param frame at most {@link #LARGEST_TO_ALL} bytes
     */
    Mono<Void> broadcast(byte[] frame);

    /**
     * What comes for this replica; an empty frame says that others may have been lost before it. For one reader at a time: what nobody
     * reads waits, up to a limit. Never completes, never errors.
     */
    Flux<byte[]> received();

    /** How often frames from or to this replica may have been lost until now. */
    long losses();
}
