package io.penstock.oauth;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whose tokens are kept here for which gateways; never a token itself. */
public interface Connections {

    /** What is to be done about a token. */
    enum Status {
        /** Nothing. */
        VALID,
        /** It ends soon, and is to be renewed. */
        EXPIRING,
        /** It has ended. */
        EXPIRED,
        /** Its user has to agree once more. */
        NEEDS_REAUTH
    }

    /**
     * A token's row.
     *
     * @param user null for a gateway's own token
     * @param lastError why the last renewal failed; null where it did not
     * @param version grows with each token of the row
     */
    record Connection(
            UUID id,
            @Nullable String user,
            UUID gatewayId,
            String gatewayName,
            List<String> scopes,
            Status status,
            @Nullable Instant expires,
            Instant created,
            @Nullable Instant refreshed,
            @Nullable Instant lastUsed,
            @Nullable String lastError,
            long version) {

        public Connection {
            scopes = List.copyOf(scopes);
        }
    }

    /**
     * What a listing or a revocation is narrowed to; null does not narrow.
     *
     * @param ids null for all
     */
    record Query(
            @Nullable List<UUID> ids,
            @Nullable String user,
            @Nullable UUID gateway,
            @Nullable Status status) {}

    /** A place in a listing, newest first. */
    record Place(Instant created, UUID id) {}

    Flux<Connection> list(Query query, int limit, @Nullable Place before);

    /** Forgets the tokens, in the surrounding transaction where there is one. What was forgotten, for {@link #revokeAtProviders}. */
    Flux<Forgotten> forget(Query query);

    /**
     * Forgets the tokens in the surrounding transaction and, once that has committed, has them {@link #revokeAtProviders revoked}: for what takes
     * them with it. Empty when they are forgotten.
     */
    Mono<Void> cut(Query query);

    /** A forgotten token; it is not to be printed. */
    interface Forgotten {

        UUID id();

        /** Its {@link Connection#version}. */
        long version();
    }

    /**
     * Has the tokens revoked by their authorization servers too (RFC 7009): begins at once, and goes on though the subscriber cancels. How
     * many of them were. Never empty, never errors.
     */
    Mono<Long> revokeAtProviders(Collection<Forgotten> tokens);
}
