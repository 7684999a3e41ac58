package io.penstock.ingress;

import io.penstock.wire.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/** Knows which paths are of REST, and how their clients are told of a refusal. Called on the connection's event loop. */
@FunctionalInterface
public interface Wording {

    /** Problem details (RFC 9457) as bytes; null where the path is none of REST's. */
    byte @Nullable [] problem(String path, Reason reason, String correlationId);
}
