package io.penstock.account.token;

import io.penstock.account.Generations;
import io.penstock.account.Position;
import io.penstock.account.Rows;
import io.penstock.account.Seats;
import io.penstock.account.token.ApiToken.Terms;
import io.penstock.caller.Digest;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** API tokens in the database, where a secret is its SHA-256: it is random, so nothing is guessed from that. */
final class R2dbcTokens implements Tokens {

    private static final String SELECT = "SELECT " + TokenRow.COLUMNS + " FROM api_tokens WHERE TRUE";

    private static final String INSERT = """
            INSERT INTO api_tokens (id, owner, name, description, token_hash, server_id, gateway_id, permissions, grouped,
                owner_groups, ip_cidrs, hours, quota_per_hour, quota_per_day, team_id, enabled, expires_at)
            VALUES (:id, :owner, :name, :description, :hash, :server, :gateway, :permissions, :grouped,
                :groups, :cidrs, :hours, :perHour, :perDay, :team, :enabled, :expires)
            """;

    private static final String UPDATE = """
            UPDATE api_tokens SET name = :name, description = :description, server_id = :server, gateway_id = :gateway,
                permissions = :permissions, ip_cidrs = :cidrs, hours = :hours, quota_per_hour = :perHour,
                quota_per_day = :perDay, team_id = :team, enabled = :enabled, expires_at = :expires,
                updated_at = CURRENT_TIMESTAMP, version = version + 1
            WHERE id = :id
            """;

    /** Longer than a replica takes to hear of a change. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final int mostPerUser;

    R2dbcTokens(DatabaseClient database, Transactions transactions, Changes changes, int mostPerUser) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.mostPerUser = mostPerUser;
    }

    @Override
    public Mono<Made> create(String owner, @Nullable Set<String> groups, Terms terms, long generation) {
        return Mono.defer(() -> {
            UUID id = UUID.randomUUID();
            String secret = TokenText.make();
            var insert = TokenRow.bind(database.sql(INSERT), id, terms)
                    .bind("owner", owner)
                    .bind("hash", Digest.of(secret).hex())
                    .bind("grouped", groups != null)
                    .bind("groups", Rows.array(groups == null ? Set.of() : groups));
            return transactions.run(Seats.TOKENS
                    .hold(database, owner)
                    .then(holds(owner, generation))
                    .then(hasRoom(owner))
                    .then(written(insert.then()))
                    .then(find(id))
                    .map(token -> new Made(token, secret)));
        });
    }

    /** A token would outlive the sign-in that it is made with, if that has ended and this replica does not know so yet. */
    private Mono<Void> holds(String owner, long generation) {
        return Generations.present(database, owner)
                .flatMap(present -> present <= generation
                        ? Mono.empty()
                        : Mono.error(new Refusal(new Reason.Unavailable(
                                "Sign-ins of this user were ended a moment ago, and it is not known here yet which: try again",
                                SOON))));
    }

    private Mono<Void> hasRoom(String owner) {
        return database.sql("SELECT COUNT(*) AS n FROM api_tokens WHERE owner = :owner")
                .bind("owner", owner)
                .map(row -> Rows.get(row, "n", Long.class))
                .one()
                .flatMap(count -> count < mostPerUser
                        ? Mono.empty()
                        : Mono.error(Rows.conflict("A user may have " + mostPerUser
                                + " API tokens, and you have: delete those that are not needed")));
    }

    private Mono<Void> written(Mono<Void> statement) {
        return statement
                .onErrorMap(
                        DuplicateKeyException.class,
                        _ -> Rows.conflict("Another token of this owner has that name: choose another"))
                .then(changes.announce(Changes.Topic.TOKENS));
    }

    @Override
    public Mono<ApiToken> find(UUID id) {
        return database.sql(SELECT + " AND id = :id")
                .bind("id", id)
                .map(TokenRow::read)
                .one();
    }

    @Override
    public Mono<String> digest(UUID id) {
        return database.sql("SELECT token_hash FROM api_tokens WHERE id = :id")
                .bind("id", id)
                .map(row -> Rows.get(row, "token_hash", String.class))
                .one();
    }

    @Override
    public Flux<ApiToken> list(Choice choice, int limit, @Nullable Position before) {
        String sql = SELECT
                + (choice.owner() == null ? "" : " AND (owner = :owner OR team_id = ANY(:teams))")
                + (choice.ofOwner() == null ? "" : " AND owner = :ofOwner")
                + (choice.ofTeam() == null ? "" : " AND team_id = :ofTeam")
                + Rows.after(before, "id")
                + " ORDER BY created_at DESC, id DESC LIMIT :limit";
        var statement = database.sql(sql).bind("limit", limit);
        if (choice.owner() != null) {
            statement = statement.bind("owner", choice.owner()).bind("teams", Rows.array(choice.teams()));
        }
        if (choice.ofOwner() != null) {
            statement = statement.bind("ofOwner", choice.ofOwner());
        }
        if (choice.ofTeam() != null) {
            statement = statement.bind("ofTeam", choice.ofTeam());
        }
        return Rows.at(before, statement).map(TokenRow::read).all();
    }

    @Override
    public Mono<ApiToken> update(UUID id, Terms terms, long version) {
        return transactions.run(locked(id, version)
                .flatMap(_ -> written(
                                TokenRow.bind(database.sql(UPDATE), id, terms).then())
                        .then(find(id))));
    }

    @Override
    public Mono<Boolean> delete(UUID id, long version) {
        return transactions.run(
                locked(id, version).flatMap(_ -> deleted(id).thenReturn(true)).defaultIfEmpty(false));
    }

    @Override
    public Mono<ApiToken> deleteShown(String digest) {
        return transactions.run(database.sql(SELECT + " AND token_hash = :hash FOR UPDATE")
                .bind("hash", digest)
                .map(TokenRow::read)
                .one()
                .flatMap(token -> deleted(token.id()).thenReturn(token)));
    }

    private Mono<Void> deleted(UUID id) {
        return database.sql("DELETE FROM api_tokens WHERE id = :id")
                .bind("id", id)
                .then()
                .then(changes.announce(Changes.Topic.TOKENS));
    }

    private Mono<UUID> locked(UUID id, long version) {
        return database.sql("SELECT version FROM api_tokens WHERE id = :id FOR UPDATE")
                .bind("id", id)
                .map(row -> Rows.get(row, "version", Long.class))
                .one()
                .flatMap(
                        stored -> stored == version ? Mono.just(id) : Mono.error(Rows.stale("token", stored, version)));
    }

    /** All of them, by what its holder shows. Never empty. Error: the database's, and then nothing was read. */
    Mono<Map<Digest, HeldToken>> all() {
        return database.sql("SELECT token_hash, " + TokenRow.COLUMNS + " FROM api_tokens")
                .map(row -> HeldToken.of(Rows.get(row, "token_hash", String.class), TokenRow.read(row)))
                .all()
                .collectMap(HeldToken::digest);
    }
}
