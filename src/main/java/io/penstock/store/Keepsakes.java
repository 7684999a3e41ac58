package io.penstock.store;

import java.time.Instant;
import reactor.core.publisher.Mono;

/** Sealed values that replicas share by digest for some time; the first one that is put stays. */
public interface Keepsakes {

    /**
     * Keeps a value unless there is one already, or its owner has very many: false then. One that has expired is none.
     *
     * @param owner a digest too; for {@link #removeAll}
     */
    Mono<Boolean> put(String digest, String owner, byte[] sealed, Instant until);

    /** The value; empty where there is none, or none any more. */
    Mono<byte[]> find(String digest);

    /** Removes this very value; another one stays. Empty when done. */
    Mono<Void> remove(String digest, byte[] sealed);

    /** Removes all that an owner has. Empty when done. */
    Mono<Void> removeAll(String owner);
}
