package io.penstock.account.token;

import io.penstock.store.Transactions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Which tokens were shown since the last round, which writes it down. */
final class TokenUses {

    /** In one order, so that the rounds of two replicas do not wait for each other in a circle. */
    private static final String HOLD = "SELECT id FROM api_tokens WHERE id = ANY(:ids) ORDER BY id FOR UPDATE";

    private static final String WRITE = "UPDATE api_tokens SET last_used_at = :at WHERE id = ANY(:ids)";

    private final DatabaseClient database;
    private final Transactions transactions;
    private final InstantSource clock;
    private final Set<UUID> shown = ConcurrentHashMap.newKeySet();

    TokenUses(DatabaseClient database, Transactions transactions, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
    }

    void note(UUID token) {
        if (!shown.contains(token)) { // a look is cheaper than a write
            shown.add(token);
        }
    }

    /** One round: writes when the tokens were shown, to the round. Empty when it is written. Error: the database's, and then they are kept. */
    Mono<Void> write() {
        return Mono.defer(() -> {
            UUID[] ids = shown.toArray(UUID[]::new);
            if (ids.length == 0) {
                return Mono.empty();
            }
            Set.of(ids).forEach(shown::remove);
            var held = database.sql(HOLD).bind("ids", ids).fetch().all().then();
            var written = database.sql(WRITE)
                    .bind("ids", ids)
                    .bind("at", clock.instant().atOffset(ZoneOffset.UTC))
                    .then();
            return transactions.run(held.then(written)).doOnError(_ -> shown.addAll(Set.of(ids)));
        });
    }
}
