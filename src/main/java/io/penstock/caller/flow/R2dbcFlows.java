package io.penstock.caller.flow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.caller.Digest;
import io.penstock.store.Sweep;
import io.penstock.store.Transactions;
import io.penstock.vault.Vault;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Flows in the database, so that any replica ends what another began. It holds digests and sealed texts: a copy of it ends no flow. */
final class R2dbcFlows implements Flows {

    private static final String INSERT = """
            INSERT INTO oauth_flows (state_hash, kind, browser_hash, sealed, expires_at)
            VALUES (:state, :kind, :browser, :sealed, CURRENT_TIMESTAMP + INTERVAL '10' MINUTE)
            """;

    private static final String SELECT = """
            SELECT sealed FROM oauth_flows
            WHERE state_hash = :state AND kind = :kind AND browser_hash = :browser AND expires_at > CURRENT_TIMESTAMP
            """;

    private static final String KIND =
            "SELECT kind FROM oauth_flows WHERE state_hash = :state AND expires_at > CURRENT_TIMESTAMP";

    private static final String FORGET = Sweep.batch("oauth_flows", "state_hash", "expires_at < CURRENT_TIMESTAMP");

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Vault vault;

    R2dbcFlows(DatabaseClient database, Transactions transactions, Vault vault) {
        this.database = database;
        this.transactions = transactions;
        this.vault = vault;
    }

    @Override
    public Mono<Void> keep(Kind kind, Ticket ticket, String content) {
        String state = Digest.of(ticket.state()).hex();
        byte[] sealed = vault.seal(content.getBytes(UTF_8), context(kind, state));
        return database.sql(INSERT)
                .bind("state", state)
                .bind("kind", kind.name())
                .bind("browser", Digest.of(ticket.browser()).hex())
                .bind("sealed", Base64.getEncoder().encodeToString(sealed))
                .fetch()
                .rowsUpdated()
                .then();
    }

    /** Whose DELETE took the row away has it; not everybody's SQL can read and delete at once. */
    @Override
    public Mono<String> spend(Kind kind, Ticket ticket) {
        String state = Digest.of(ticket.state()).hex();
        Mono<String> sealed = database.sql(SELECT)
                .bind("state", state)
                .bind("kind", kind.name())
                .bind("browser", Digest.of(ticket.browser()).hex())
                .map(row -> Objects.requireNonNull(row.get("sealed", String.class)))
                .one();
        Mono<Long> deleted = database.sql("DELETE FROM oauth_flows WHERE state_hash = :state")
                .bind("state", state)
                .fetch()
                .rowsUpdated();
        return transactions
                .run(sealed.flatMap(found -> deleted.filter(rows -> rows == 1).map(_ -> found)))
                .mapNotNull(found -> open(found, context(kind, state)));
    }

    private @Nullable String open(String sealed, String context) {
        try {
            return new String(vault.open(Base64.getDecoder().decode(sealed), context), UTF_8);
        } catch (Vault.SealBroken e) {
            return null;
        }
    }

    private static String context(Kind kind, String state) {
        return "oauth_flows|sealed|" + state + "|" + kind;
    }

    @Override
    public Mono<Kind> kind(String state) {
        return database.sql(KIND)
                .bind("state", Digest.of(state).hex())
                .map(row -> Objects.requireNonNull(row.get("kind", String.class)))
                .one()
                .map(Kind::valueOf);
    }

    @Override
    public Mono<Void> forget() {
        return Sweep.all(database.sql(FORGET));
    }
}
