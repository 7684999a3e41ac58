package io.penstock.caller.session;

import io.penstock.caller.IdToken;
import io.penstock.vault.Secret;
import io.penstock.wire.Request;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The sessions of those who signed in. */
public interface Sessions {

    /** What is known of a sign-in; see {@link Session}. */
    record Draft(
            String user,
            @Nullable Set<String> groups,
            String issuer,
            String address,
            @Nullable String agent,
            @Nullable Long generation,
            @Nullable IdToken idToken) {

        /** That of a password. */
        public static Draft ofPassword(
                String user, String issuer, String address, @Nullable String agent, long generation) {
            return new Draft(user, null, issuer, address, agent, generation, null);
        }

        /**
         * That of an identity provider.
         *
         * @param idToken the one to keep; null where none is
         */
        public static Draft ofProvider(
                String user,
                @Nullable Set<String> groups,
                String issuer,
                String address,
                @Nullable String agent,
                @Nullable IdToken idToken) {
            return new Draft(user, groups, issuer, address, agent, null, idToken);
        }
    }

    /** A session that has begun, with the value of its cookie. */
    record Begun(Session session, Secret cookie) {}

    /** Where a page of a list ended. */
    record Position(Instant at, UUID id) {}

    /** Opens a session, in the surrounding transaction where there is one. Never empty. Error: the database's. */
    Mono<Begun> begin(Draft draft);

    /** Those that have not ended, newest first; null does not narrow. */
    Flux<Session> list(@Nullable String user, int limit, @Nullable Position before);

    /**
     * Ends a session on every replica, when the surrounding transaction commits. Empty where there is none of that id.
     *
     * @param user whose it has to be; null for anybody's
     */
    Mono<Session> end(UUID id, @Nullable String user);

    /** Ends all sessions of a user; how many there were. */
    Mono<Long> endAll(String user);

    /** The id of the session that the request's cookie shows, whether it has ended or not; null where it shows none. */
    @Nullable
    UUID shown(Request request);
}
