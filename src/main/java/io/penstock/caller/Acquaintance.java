package io.penstock.caller;

import reactor.core.publisher.Mono;

/** What is known here of whoever was recognised. */
@FunctionalInterface
public interface Acquaintance {

    /**
     * The caller with the teams, the roles and the administration that the user has here. Never empty. Error: {@code Unauthenticated} for a
     * user who is switched off, {@code PasswordExpired} for one who must choose a new password first.
     */
    Mono<Caller> complete(Caller recognised);
}
