package io.penstock.account;

import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.r2dbc.spi.Readable;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Roles in the database; what a built-in one allows is the program's. */
@Component
final class R2dbcRoles implements Roles {

    private static final String SELECT =
            "SELECT id, name, description, scopes, built_in, created_at, updated_at, version FROM roles WHERE TRUE";

    private static final String INSERT =
            "INSERT INTO roles (id, name, description, scopes, built_in) VALUES (:id, :name, :description, :scopes, FALSE)";

    private static final String UPDATE = """
            UPDATE roles SET name = :name, description = :description, scopes = :scopes, updated_at = CURRENT_TIMESTAMP,
                version = version + 1
            WHERE id = :id
            """;

    private static final String ASSIGNMENTS = """
            SELECT a.id AS assignment, a.user_id, a.team_id, a.assigned_by, a.created_at AS assigned_at,
                r.id, r.name, r.description, r.scopes, r.built_in, r.created_at, r.updated_at, r.version
            FROM role_assignments a JOIN roles r ON r.id = a.role_id
            WHERE a.user_id = :user
            """;

    private static final String ASSIGN = """
            INSERT INTO role_assignments (id, user_id, role_id, team_id, assigned_by)
            VALUES (:id, :user, :role, :team, :assignedBy)
            """;

    private static final String HAS = """
            SELECT COUNT(*) AS n FROM role_assignments
            WHERE user_id = :user AND role_id = :role AND COALESCE(team_id, '') = :team
            """;

    /** One after the other, so that two roles with the same users do not wait for each other. */
    private static final String HOLD_USERS = """
            SELECT id FROM users WHERE name = :user OR id IN (SELECT user_id FROM role_assignments WHERE role_id = :role)
            ORDER BY id FOR UPDATE
            """;

    private static final String NOBODY = "";

    private static final String RENEW_USERS = """
            UPDATE users SET version = version + 1
            WHERE id IN (SELECT user_id FROM role_assignments WHERE role_id = :role)
            """;

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;

    R2dbcRoles(DatabaseClient database, Transactions transactions, Changes changes) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
    }

    @Override
    public Mono<Role> create(Draft draft) {
        return Mono.defer(() -> {
            UUID id = UUID.randomUUID();
            return transactions.run(written(INSERT, id, draft).then(find(id)));
        });
    }

    @Override
    public Mono<Role> find(UUID id) {
        return database.sql(SELECT + " AND id = :id")
                .bind("id", id)
                .map(R2dbcRoles::role)
                .one();
    }

    @Override
    public Mono<Role> named(String name) {
        return database.sql(SELECT + " AND name = :name")
                .bind("name", name)
                .map(R2dbcRoles::role)
                .one();
    }

    @Override
    public Flux<Role> list(int limit, @Nullable Position before) {
        var statement = database.sql(
                        SELECT + Rows.after(before, "id") + " ORDER BY created_at DESC, id DESC LIMIT :limit")
                .bind("limit", limit);
        return Rows.at(before, statement).map(R2dbcRoles::role).all();
    }

    @Override
    public Mono<Role> update(UUID id, Draft draft, long version) {
        return transactions.run(own(id, version)
                .flatMap(role -> (role.scopes().equals(draft.scopes()) ? Mono.<Void>empty() : renewUsers(id))
                        .then(written(UPDATE, id, draft)))
                .then(find(id)));
    }

    /** Whoever has the role has other powers now: what was decided of them with the earlier ones is stale. */
    private Mono<Void> renewUsers(UUID role) {
        return holdUsers(role, NOBODY)
                .then(database.sql(RENEW_USERS).bind("role", role).then());
    }

    @Override
    public Mono<Boolean> delete(UUID id, long version) {
        return transactions.run(own(id, version)
                .flatMap(_ -> database.sql("DELETE FROM roles WHERE id = :id")
                        .bind("id", id)
                        .then()
                        .onErrorMap(
                                DataIntegrityViolationException.class,
                                _ -> Rows.conflict("Somebody has this role: take it away from them first"))
                        .then(changes.announce(Changes.Topic.ACCOUNTS))
                        .thenReturn(true))
                .defaultIfEmpty(false));
    }

    @Override
    public Flux<Role.Assignment> of(UUID user) {
        return database.sql(ASSIGNMENTS + " ORDER BY a.created_at DESC, a.id DESC")
                .bind("user", user)
                .map(R2dbcRoles::assignment)
                .all();
    }

    @Override
    public Flux<Role.Assignment> of(UUID user, int limit, @Nullable Position before) {
        String after = before == null ? "" : " AND (a.created_at, a.id) < (:before, :beforeId)";
        var statement = database.sql(ASSIGNMENTS + after + " ORDER BY a.created_at DESC, a.id DESC LIMIT :limit")
                .bind("user", user)
                .bind("limit", limit);
        return Rows.at(before, statement).map(R2dbcRoles::assignment).all();
    }

    @Override
    public Mono<Role.Assignment> assignment(UUID user, UUID id) {
        return database.sql(ASSIGNMENTS + " AND a.id = :id")
                .bind("user", user)
                .bind("id", id)
                .map(R2dbcRoles::assignment)
                .one();
    }

    @Override
    public Mono<Role.Assignment> assign(UUID user, UUID role, @Nullable String team, String assignedBy) {
        return Mono.defer(() -> {
            UUID id = UUID.randomUUID();
            var insert = database.sql(ASSIGN)
                    .bind("id", id)
                    .bind("user", user)
                    .bind("role", role)
                    .bind("team", Rows.orNull(team))
                    .bind("assignedBy", assignedBy)
                    .then()
                    .then(changes.announce(Changes.Topic.ACCOUNTS));
            return transactions
                    .run(hold(role)
                            .then(renew(user))
                            .then(hasNot(user, role, team))
                            .then(insert)
                            .then(assignment(user, id)))
                    .onErrorResume(DataIntegrityViolationException.class, _ -> Mono.empty());
        });
    }

    @Override
    public Mono<Boolean> remove(UUID user, UUID assignment) {
        return transactions.run(lock("users", user)
                .then(database.sql("DELETE FROM role_assignments WHERE id = :id AND user_id = :user")
                        .bind("id", assignment)
                        .bind("user", user)
                        .fetch()
                        .rowsUpdated())
                .flatMap(rows -> rows == 0
                        ? Mono.just(false)
                        : renew(user)
                                .then(changes.announce(Changes.Topic.ACCOUNTS))
                                .thenReturn(true)));
    }

    @Override
    public Mono<Void> hold(UUID id) {
        return lock("roles", id);
    }

    @Override
    public Mono<Void> holdWithUsers(UUID id, String user) {
        return hold(id).then(holdUsers(id, user));
    }

    private Mono<Void> holdUsers(UUID role, String user) {
        return database.sql(HOLD_USERS).bind("user", user).bind("role", role).then();
    }

    /** Roles before users, and users before what they have, so that nobody waits for each other. */
    private Mono<Void> lock(String table, UUID id) {
        return database.sql("SELECT id FROM " + table + " WHERE id = :id FOR UPDATE")
                .bind("id", id)
                .then();
    }

    /**
     * One at a time assigns to a user, so that none gets a role twice. What is decided of a user is decided by the roles too: whoever read
     * these before reads them again.
     */
    private Mono<Void> renew(UUID user) {
        return database.sql("UPDATE users SET version = version + 1 WHERE id = :id")
                .bind("id", user)
                .then();
    }

    private Mono<Void> hasNot(UUID user, UUID role, @Nullable String team) {
        return database.sql(HAS)
                .bind("user", user)
                .bind("role", role)
                .bind("team", team == null ? "" : team)
                .map(row -> Rows.get(row, "n", Long.class))
                .one()
                .flatMap(count ->
                        count == 0 ? Mono.empty() : Mono.error(Rows.conflict("The user has this role there already")));
    }

    /** Locks a role that may be changed; empty where there is none. */
    private Mono<Role> own(UUID id, long version) {
        return database.sql(SELECT + " AND id = :id FOR UPDATE")
                .bind("id", id)
                .map(R2dbcRoles::role)
                .one()
                .flatMap(role -> {
                    if (role.builtIn()) {
                        return Mono.error(Rows.conflict(
                                "The role " + role.name() + " is built in and stays as it is: make one of your own"));
                    }
                    return role.version() == version
                            ? Mono.just(role)
                            : Mono.error(Rows.stale("role", role.version(), version));
                });
    }

    private Mono<Void> written(String sql, UUID id, Draft draft) {
        return database.sql(sql)
                .bind("id", id)
                .bind("name", draft.name())
                .bind("description", Rows.orNull(draft.description()))
                .bind("scopes", Rows.array(draft.scopes()))
                .then()
                .onErrorMap(
                        DuplicateKeyException.class, _ -> Rows.conflict("Another role has that name: choose another"))
                .then(changes.announce(Changes.Topic.ACCOUNTS));
    }

    private static Role.Assignment assignment(Readable row) {
        return new Role.Assignment(
                Rows.get(row, "assignment", UUID.class),
                Rows.get(row, "user_id", UUID.class),
                role(row),
                row.get("team_id", String.class),
                Rows.get(row, "assigned_by", String.class),
                Rows.instant(row, "assigned_at"));
    }

    private static Role role(Readable row) {
        return new Role(
                Rows.get(row, "id", UUID.class),
                Rows.get(row, "name", String.class),
                row.get("description", String.class),
                scopes(row),
                Rows.get(row, "built_in", Boolean.class),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                Rows.get(row, "version", Long.class));
    }

    /** Also of {@code roles} joined to something else. */
    static Set<String> scopes(Readable row) {
        boolean builtIn = Rows.get(row, "built_in", Boolean.class);
        var known = builtIn ? BuiltIn.of(Rows.get(row, "name", String.class)) : null;
        return known == null ? Rows.texts(row, "scopes") : known.scopes();
    }
}
