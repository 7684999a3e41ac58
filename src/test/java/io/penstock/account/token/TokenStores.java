package io.penstock.account.token;

import io.penstock.account.token.ApiToken.Terms;
import io.penstock.loop.NoRounds;
import io.penstock.store.Database;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import reactor.core.scheduler.Schedulers;

/** The tokens of one replica on a test's database. */
public record TokenStores(Tokens tokens, HeldTokens held) {

    public static final Instant EXPIRES = Instant.parse("2099-01-01T00:00:00Z");

    public static TokenStores on(Database database) {
        return on(database, 100);
    }

    public static TokenStores on(Database database, int mostPerUser) {
        var tokens = new R2dbcTokens(database.client(), database.transactions(), database.changes(), mostPerUser);
        return new TokenStores(
                tokens, new HeldTokens(tokens.all(), database.changes(), new NoRounds(), Schedulers.parallel()));
    }

    /** Of a token that may all that its owner may. */
    public static Terms terms(String name) {
        return new Terms(name, null, null, null, null, List.of(), List.of(), null, null, null, EXPIRES, true);
    }

    public static Terms quotas(String name, Integer perHour, Integer perDay) {
        return new Terms(name, null, null, null, null, List.of(), List.of(), perHour, perDay, null, EXPIRES, true);
    }

    public static Terms permitting(String name, Set<String> permissions) {
        return new Terms(name, null, null, null, permissions, List.of(), List.of(), null, null, null, EXPIRES, true);
    }
}
