package io.penstock.api.accounts;

import io.penstock.account.password.LoginEvents.Kind;
import io.penstock.account.password.Logins;
import io.penstock.account.password.Logins.Attempt;
import io.penstock.account.password.Logins.Proven;
import io.penstock.account.password.PasswordHashes;
import io.penstock.account.password.PasswordPolicy;
import io.penstock.audit.Trail;
import io.penstock.caller.Directory;
import io.penstock.caller.Identity;
import io.penstock.store.Transactions;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Lets users choose another password, who show the present one. */
@Component
public final class PasswordChanges {

    private final Logins logins;
    private final PasswordHashes hashes;
    private final PasswordPolicy policy;
    private final Directory directory;
    private final Transactions transactions;
    private final Trail trail;
    private final PasswordRefusals refusals;

    PasswordChanges(
            Logins logins,
            PasswordHashes hashes,
            PasswordPolicy policy,
            Directory directory,
            Transactions transactions,
            Trail trail,
            PasswordRefusals refusals) {
        this.logins = logins;
        this.hashes = hashes;
        this.policy = policy;
        this.directory = directory;
        this.transactions = transactions;
        this.trail = trail;
        this.refusals = refusals;
    }

    /**
     * What is wrong with a password, so that its user can mend it; null where nothing is.
     *
     * @param name of the user, as it was given
     * @param present the password that is to be replaced
     */
    public @Nullable String weakness(String name, Secret present, Secret chosen) {
        String canonical = Identity.canonical(name);
        String weakness = policy.weakness(chosen, canonical == null ? "" : canonical);
        return weakness == null && chosen.equals(present) ? "must be another one than the present" : weakness;
    }

    /** The user, who has that password from now on, and no sign-in from before. Never empty. Error: as {@link Logins#prove} has them. */
    public Mono<Proven> change(Attempt attempt, Secret chosen, Request request) {
        return logins.prove(attempt, Kind.PASSWORD_CHANGE)
                .doOnError(
                        Refusal.class,
                        refusal ->
                                refusals.note(PasswordEntries.refused("password", refusal, request), refusal, request))
                .flatMap(user -> hashes.hash(chosen)
                        .flatMap(hash -> transactions.run(logins.replace(user, hash)
                                .flatMap(changed -> trail.record(PasswordEntries.done("password", changed, request))
                                        .thenReturn(changed)))))
                .flatMap(changed -> directory.refresh().onErrorComplete().thenReturn(changed));
    }
}
