package io.penstock.store;

import java.time.Instant;
import reactor.core.publisher.Mono;

/**
 * Things that were ended before their time, by digest, on all replicas: tokens that were logged out, sessions that were deleted.
 * Asking reads memory; revoking writes a row that lives until the thing would have ended by itself.
 *
 * <p>The digest of a credential is hexadecimal digits alone. One with a colon in it, like {@code session:...}, is of something that nobody
 * is recognised by, so that nobody's rights are decided again when it ends.
 */
public interface Revocations {

    /** Whether it was revoked; memory only, never blocks. */
    boolean revoked(String digest);

    /** Revokes on all replicas (within about a second). Empty when the row is written. */
    Mono<Void> revoke(String digest, Instant until);
}
