package io.penstock.api.accounts;

import io.penstock.account.Roles;
import io.penstock.caller.Caller;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Keeps the administrators from taking it from each other in the same moment, until nobody is one. */
@Component
final class Administration {

    private final Roles roles;

    Administration(Roles roles) {
        this.roles = roles;
    }

    /**
     * To be called first in the transaction that takes something from another user. Completes where the caller is no administrator, is one
     * by the credential, or still is one by a role. Error: {@code Conflict}.
     */
    Mono<Void> holds(Caller caller, UUID other) {
        return !caller.admin() || caller.byCredential().admin()
                ? Mono.empty()
                : roles.administers(caller.user(), other)
                        .filter(still -> still)
                        .switchIfEmpty(Mono.error(() -> new Refusal(new Reason.Conflict(
                                "Another administrator has just taken the administration from you"))))
                        .then();
    }
}
