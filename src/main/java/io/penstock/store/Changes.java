package io.penstock.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
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
        /** What gateways offer; its rows are known by their gateway's id. */
        FEATURES,
        SERVERS,
        ACCOUNTS,
        TOKENS,
        REVOCATIONS,
        OAUTH_TOKENS,
        OAUTH_CLIENTS,
        SESSIONS,
        /** MCP sessions that were ended; their rows are announced as {@link #REVOCATIONS}. */
        ENDED_SESSIONS
    }

    /**
     * That rows were made, changed or deleted.
     *
     * @param rows the ids of them all; empty where it may be any
     */
    record Notice(Topic topic, Set<UUID> rows) {

        /** More are not named one by one. */
        static final int MOST = 1000;

        public Notice {
            rows = rows.size() > MOST ? Set.of() : Set.copyOf(rows);
        }

        /** That any row of the topic may have changed. */
        public static Notice any(Topic topic) {
            return new Notice(topic, Set.of());
        }

        /** What both say. */
        public Notice and(Notice other) {
            if (rows.isEmpty() || other.rows.isEmpty()) {
                return any(topic);
            }
            var both = new HashSet<>(rows);
            both.addAll(other.rows);
            return new Notice(topic, both);
        }
    }

    /** Announces after the surrounding transaction commits (at once where there is none). Empty when done. */
    Mono<Void> announce(Notice notice);

    /** Announces that any row of the topic may have changed. */
    default Mono<Void> announce(Topic topic) {
        return announce(Notice.any(topic));
    }

    /** Announces a change of one row. */
    default Mono<Void> announce(Topic topic, UUID row) {
        return announce(new Notice(topic, Set.of(row)));
    }

    /** Announces a change of these rows; of none, nothing. */
    default Mono<Void> announce(Topic topic, Collection<UUID> rows) {
        return rows.isEmpty() ? Mono.empty() : announce(new Notice(topic, Set.copyOf(rows)));
    }

    /**
     * Hot: what others and this replica announced from now on. Never completes, never errors; drops nothing, but merges what is of one topic
     * while its listener is busy.
     */
    Flux<Notice> notices();

    /** As {@link #notices}, for whom the topic is enough. */
    default Flux<Topic> announced() {
        return notices().map(Notice::topic);
    }

    /** Says that what calls are decided by has changed in this replica's memory. */
    void swapped(Topic topic);

    /** Hot: what has come into use on this replica from now on. Never completes, never errors; drops nothing but merges repeats. */
    Flux<Topic> swaps();
}
