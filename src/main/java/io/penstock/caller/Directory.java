package io.penstock.caller;

import reactor.core.publisher.Mono;

/** Knows users from memory alone. */
public interface Directory extends Acquaintance {

    /** Reads again what may have changed, so that it holds here at once. Empty when it does. Error: that of the database. */
    Mono<Void> refresh();

    /** What would be known if the surrounding transaction were committed. Never empty. Error: that of the database. */
    Mono<Acquaintance> read();
}
