package io.penstock.caller;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Ends JWTs before their time that somebody else holds, on all replicas. */
public interface Recalls {

    /** The {@code iss} of those whose tokens are believed here; the gateway's own comes first. */
    Set<String> issuers();

    /**
     * What is not taken any more.
     *
     * @param id the {@code jti}, or where only the token itself is known, the SHA-256 of what is signed of it
     * @param until when it would have ended by itself, at the latest
     */
    record Recalled(String id, String issuer, Instant until) {}

    /**
     * Ends the token of this id.
     *
     * @param until when it ends by itself; null where that is not known, and the longest time that a token may live is taken
     */
    Mono<Recalled> byId(String jti, String issuer, @Nullable Instant until);

    /** Ends this token, and others of its id. Its signature is not looked at. Error: {@code Invalid} of {@code token} where it is no JWT. */
    Mono<Recalled> byToken(String token);
}
