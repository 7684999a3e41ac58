package io.penstock.store;

import java.time.Instant;
import reactor.core.publisher.Mono;

/**
 * Things that were ended before their time, by digest, on all replicas: tokens that were logged out, sessions that were deleted.
 * Asking reads memory; revoking writes a row that lives until the thing would have ended by itself.
 */
public interface Revocations {

    /** Whether it was revoked; memory only, never blocks. */
    boolean revoked(String digest);

    /** Revokes on all replicas (within about a second). Empty when the row is written. */
    Mono<Void> revoke(String digest, Instant until);
}
