package io.penstock.catalog;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Puts a credential in the place of another one, so that calls never are without one that works. */
public interface Rotations {

    /**
     * What is put in the place of what a gateway has.
     *
     * @param auth null where that stays as it is
     * @param tls what TLS goes by, the same way
     */
    record Credential(@Nullable UpstreamAuth auth, @Nullable UpstreamTls tls) {}

    /** The gateway as it would be with that credential, to be tried: it is in no row. */
    Gateway trial(Gateway gateway, Credential credential);

    /**
     * Takes a credential into use and keeps the one before for a while. What was seen of the upstream stays. Empty where there is no such
     * gateway. Error: {@code Stale} where {@code version} is not the current one.
     */
    Mono<Gateway> replace(UUID id, Credential credential, Duration keep, long version);

    /** Lets go of the one before. Error: {@code Conflict} where there is none, {@code Stale}. Empty where there is no such gateway. */
    Mono<Gateway> end(UUID id, long version);

    /** Takes the one before into use again. Error: {@code Conflict} where there is none, {@code Stale}. Empty as {@link #end}. */
    Mono<Gateway> rollBack(UUID id, String why, long version);

    /**
     * As {@link #rollBack}, whatever the version, where the credential in use still is the one that was refused. Empty where it is not.
     *
     * @param alongside what is written in the same transaction
     */
    Mono<Gateway> rollBack(UUID id, UUID refused, String why, Mono<Void> alongside);

    /** The gateway with the credential from before in the place of the one in use. Empty where there is none. */
    Mono<Gateway> before(Gateway gateway);

    /** One round: lets go of those whose time is over. */
    Mono<Void> expire();
}
