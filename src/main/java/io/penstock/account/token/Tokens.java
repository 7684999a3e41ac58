package io.penstock.account.token;

import io.penstock.account.Position;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** API tokens as rows. The path of a call asks memory instead. */
public interface Tokens {

    /**
     * A token that was just made.
     *
     * @param secret what its holder shows, told this once; null where it was made by an earlier request
     */
    record Made(ApiToken token, @Nullable String secret) {

        /** Without the secret, which is not to be printed. */
        @Override
        public String toString() {
            return "Made[" + token.id() + "]";
        }
    }

    /**
     * Which tokens.
     *
     * @param owner only this user's, or those of the teams; null for everybody's
     * @param teams the teams whose tokens are meant too, where an owner is named
     * @param ofOwner only this user's, of those
     * @param ofTeam only this team's, of those
     */
    record Choice(
            @Nullable String owner,
            Set<String> teams,
            @Nullable String ofOwner,
            @Nullable String ofTeam) {

        public Choice {
            teams = Set.copyOf(teams);
        }
    }

    /**
     * Makes a token with a random secret. Error: {@code Conflict} where the owner has one of that name, or too many,
     * {@code Unavailable} where sign-ins of the owner's have ended since.
     *
     * @param groups those that the owner's identity provider names; null where it names none
     * @param generation that of the owner's sign-ins when it was asked for, by {@link io.penstock.caller.SignIns}
     */
    Mono<Made> create(String owner, @Nullable Set<String> groups, ApiToken.Terms terms, long generation);

    /** Empty where there is none. */
    Mono<ApiToken> find(UUID id);

    /** What its calls are recorded by: the SHA-256 of its secret, in hex. Empty where there is no such token. */
    Mono<String> digest(UUID id);

    /** Newest first. */
    Flux<ApiToken> list(Choice choice, int limit, @Nullable Position before);

    /** Error: {@code Stale}, {@code Conflict} where the owner has another of that name. Empty where there is none. */
    Mono<ApiToken> update(UUID id, ApiToken.Terms terms, long version);

    /** True where there was one; error: {@code Stale}. */
    Mono<Boolean> delete(UUID id, long version);

    /**
     * Deletes the token that somebody shows, whatever was changed of it: what it was. Empty where there is none.
     *
     * @param digest the SHA-256 of its secret, in hex
     */
    Mono<ApiToken> deleteShown(String digest);
}
