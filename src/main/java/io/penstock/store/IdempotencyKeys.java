package io.penstock.store;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What requests with an {@code Idempotency-Key} made, so that a repeated one makes nothing; kept for a day. */
public interface IdempotencyKeys {

    /**
     * What a key stands for.
     *
     * @param fingerprint says which request it came with; whoever wrote it can tell
     * @param resource what was made; null while it is being made
     */
    record Made(String fingerprint, @Nullable UUID resource) {}

    /** Empty where the user never used that key. */
    Mono<Made> find(String user, String key);

    /** Takes the key, in the transaction that makes the thing: false where it is taken, after waiting for one that is about to be. */
    Mono<Boolean> take(String user, String key, String fingerprint);

    /** Writes what was made under a key that was taken. Empty when written. */
    Mono<Void> made(String user, String key, UUID resource);
}
