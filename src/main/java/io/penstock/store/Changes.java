package io.penstock.store;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Announcements of changed rows between replicas: PostgreSQL {@code NOTIFY}, or an in-process channel on the embedded database.
 * They can be lost with a connection, so a listener re-reads on {@link Topic#ALL} (sent after every reconnect and by the slow poll).
 */
public interface Changes {

    /** What changed. */
    enum Topic {
        /** Anything may have: re-read everything. */
        ALL,
        GATEWAYS,
        FEATURES,
        SERVERS,
        ACCOUNTS,
        TOKENS,
        REVOCATIONS,
        OAUTH_TOKENS,
        SESSIONS
    }

    /** Announces after the surrounding transaction commits (at once where there is none). Empty when done. */
    Mono<Void> announce(Topic topic);

    /** Hot: what others and this replica announced from now on. Never completes, never errors; drops nothing but merges repeats. */
    Flux<Topic> announced();
}
