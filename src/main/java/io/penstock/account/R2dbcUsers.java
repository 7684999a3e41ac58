package io.penstock.account;

import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.r2dbc.spi.Readable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Users in the database. */
@Component
final class R2dbcUsers implements Users {

    private static final String SELECT = """
            SELECT id, name, full_name, password_hash IS NOT NULL AS password, enabled, must_change_password, last_login,
                CASE WHEN locked_until > CURRENT_TIMESTAMP THEN locked_until END AS locked_until,
                created_at, updated_at, version
            FROM users
            """;

    private static final String INSERT = """
            INSERT INTO users (id, name, full_name, password_hash, enabled, must_change_password)
            VALUES (:id, :name, :fullName, :hash, :enabled, :mustChange)
            """;

    private static final String UPDATE = """
            UPDATE users
            SET full_name = :fullName, enabled = :enabled, must_change_password = :mustChange,
                password_hash = COALESCE(:hash, password_hash),
                failed_attempts = CASE WHEN CAST(:hash AS VARCHAR) IS NULL THEN failed_attempts ELSE 0 END,
                locked_until = CASE WHEN CAST(:hash AS VARCHAR) IS NULL THEN locked_until END,
                updated_at = CURRENT_TIMESTAMP, version = version + 1
            WHERE id = :id
            """;

    private static final String OWN_TEAMS = """
            SELECT t.id FROM teams t
            WHERE t.id IN (SELECT m.team_id FROM team_members m WHERE m.user_name = :name AND m.standing = 'OWNER')
            ORDER BY t.id FOR UPDATE
            """;

    private static final String LONE_OWNER = """
            SELECT m.team_id FROM team_members m
            WHERE m.user_name = :name AND m.standing = 'OWNER' AND NOT EXISTS (
                SELECT 1 FROM team_members o
                WHERE o.team_id = m.team_id AND o.standing = 'OWNER' AND o.user_name <> m.user_name)
            ORDER BY m.team_id LIMIT 1
            """;

    /** In one order, so that two who are about each other do not wait for each other. */
    private static final String HOLD = "SELECT id FROM users WHERE name = :user OR id = :other ORDER BY id FOR UPDATE";

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;

    R2dbcUsers(DatabaseClient database, Transactions transactions, Changes changes) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
    }

    @Override
    public Mono<User> create(String name, Draft draft) {
        return Mono.defer(() -> {
            UUID id = UUID.randomUUID();
            return transactions.run(bind(INSERT, id, draft)
                    .bind("name", name)
                    .then()
                    .onErrorMap(
                            DuplicateKeyException.class,
                            _ -> Rows.conflict("There is a user of that name already: change that one"))
                    .then(changes.announce(Changes.Topic.ACCOUNTS))
                    .then(find(id)));
        });
    }

    @Override
    public Mono<User> find(UUID id) {
        return database.sql(SELECT + "WHERE id = :id")
                .bind("id", id)
                .map(R2dbcUsers::user)
                .one();
    }

    @Override
    public Mono<User> named(String name) {
        return database.sql(SELECT + "WHERE name = :name")
                .bind("name", name)
                .map(R2dbcUsers::user)
                .one();
    }

    @Override
    public Flux<User> list(@Nullable String q, int limit, @Nullable Position before) {
        var statement = database.sql(SELECT + "WHERE (name ILIKE :q OR COALESCE(full_name, '') ILIKE :q)"
                        + Rows.after(before, "id") + " ORDER BY created_at DESC, id DESC LIMIT :limit")
                .bind("q", Rows.part(q == null ? "" : q))
                .bind("limit", limit);
        return Rows.at(before, statement).map(R2dbcUsers::user).all();
    }

    @Override
    public Mono<User> update(UUID id, Draft draft, long version) {
        return transactions.run(locked(id, version)
                .flatMap(name -> bind(UPDATE, id, draft)
                        .then()
                        .then(
                                draft.newHash() == null && draft.enabled()
                                        ? Mono.empty()
                                        : Generations.next(database, name))
                        .then(changes.announce(Changes.Topic.ACCOUNTS))
                        .then(find(id))));
    }

    @Override
    public Mono<Boolean> delete(UUID id, long version) {
        return transactions.run(locked(id, version)
                .flatMap(name -> leavesNoTeamAlone(name)
                        .then(run("DELETE FROM team_members WHERE user_name = :name", "name", name))
                        .then(run("DELETE FROM users WHERE id = :id", "id", id))
                        .then(Seats.TOKENS.hold(database, name))
                        .then(run("DELETE FROM api_tokens WHERE owner = :name", "name", name))
                        .then(Generations.next(database, name))
                        .then(changes.announce(Changes.Topic.TOKENS))
                        .then(changes.announce(Changes.Topic.ACCOUNTS))
                        .thenReturn(true))
                .defaultIfEmpty(false));
    }

    @Override
    public Mono<Void> hold(String user, UUID other) {
        return database.sql(HOLD).bind("user", user).bind("other", other).then();
    }

    /** Whoever changes a team's members holds its row: of two owners who go at once, the second finds that the first has gone. */
    private Mono<Void> leavesNoTeamAlone(String name) {
        return run(OWN_TEAMS, "name", name).then(Mono.defer(() -> loneOwner(name)));
    }

    private Mono<Void> loneOwner(String name) {
        return database.sql(LONE_OWNER)
                .bind("name", name)
                .map(row -> Rows.get(row, "team_id", String.class))
                .one()
                .flatMap(team -> Mono.error(Rows.conflict("The team " + team
                        + " would be left without an owner: make another member its owner, or delete it, first")));
    }

    private Mono<Void> run(String sql, String name, Object value) {
        return database.sql(sql).bind(name, value).then();
    }

    /** The name of the locked row. */
    private Mono<String> locked(UUID id, long version) {
        return database.sql("SELECT name, version FROM users WHERE id = :id FOR UPDATE")
                .bind("id", id)
                .map(row -> new Locked(Rows.get(row, "name", String.class), Rows.get(row, "version", Long.class)))
                .one()
                .flatMap(row -> row.version() == version
                        ? Mono.just(row.name())
                        : Mono.error(Rows.stale("user", row.version(), version)));
    }

    private record Locked(String name, long version) {}

    private DatabaseClient.GenericExecuteSpec bind(String sql, UUID id, Draft draft) {
        return database.sql(sql)
                .bind("id", id)
                .bind("fullName", Rows.orNull(draft.fullName()))
                .bind("hash", Rows.orNull(draft.newHash()))
                .bind("enabled", draft.enabled())
                .bind("mustChange", draft.mustChangePassword());
    }

    private static User user(Readable row) {
        return new User(
                Rows.get(row, "id", UUID.class),
                Rows.get(row, "name", String.class),
                row.get("full_name", String.class),
                Rows.get(row, "enabled", Boolean.class),
                Rows.get(row, "password", Boolean.class),
                Rows.get(row, "must_change_password", Boolean.class),
                Rows.instantOrNull(row, "locked_until"),
                Rows.instantOrNull(row, "last_login"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                Rows.get(row, "version", Long.class));
    }
}
