package io.penstock.account.team;

import io.penstock.account.Position;
import io.penstock.account.Rows;
import io.penstock.account.team.Team.Member;
import io.penstock.account.team.Team.Standing;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.r2dbc.spi.Readable;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Teams in the database. Whoever changes one's members holds its row, so that they are counted one after another. */
@Component
final class R2dbcTeams implements Teams {

    private static final String SELECT = """
            SELECT id, page_key, name, description, max_members, created_by, created_at, updated_at, version,
                (SELECT COUNT(*) FROM team_members m WHERE m.team_id = teams.id) AS members
            FROM teams WHERE TRUE
            """;

    private static final String INSERT = """
            INSERT INTO teams (id, page_key, name, description, max_members, created_by)
            VALUES (:id, :pageKey, :name, :description, :maxMembers, :owner)
            """;

    private static final String UPDATE = """
            UPDATE teams SET name = :name, description = :description, max_members = :maxMembers,
                updated_at = CURRENT_TIMESTAMP, version = version + 1
            WHERE id = :id
            """;

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final Memberships memberships;

    R2dbcTeams(DatabaseClient database, Transactions transactions, Changes changes, Memberships memberships) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.memberships = memberships;
    }

    @Override
    public Mono<Team> create(String id, Draft draft, String owner, int mostTeams) {
        return transactions.run(bind(INSERT, id, draft)
                .bind("pageKey", UUID.randomUUID())
                .bind("owner", owner)
                .then()
                .onErrorMap(
                        DuplicateKeyException.class,
                        _ -> Rows.conflict("There is a team with the id \"" + id + "\": choose another name"))
                .then(join(id, owner, Standing.OWNER, mostTeams))
                .then(find(id)));
    }

    @Override
    public Mono<Team> find(String id) {
        return database.sql(SELECT + " AND id = :id")
                .bind("id", id)
                .map(R2dbcTeams::team)
                .one();
    }

    @Override
    public Mono<Team> ofPageKey(UUID pageKey) {
        return database.sql(SELECT + " AND page_key = :pageKey")
                .bind("pageKey", pageKey)
                .map(R2dbcTeams::team)
                .one();
    }

    @Override
    public Flux<Team> list(@Nullable Set<String> only, int limit, @Nullable Position before) {
        var statement = database.sql(SELECT
                        + (only == null ? "" : " AND id = ANY(:only)")
                        + Rows.after(before, "page_key")
                        + " ORDER BY created_at DESC, page_key DESC LIMIT :limit")
                .bind("limit", limit);
        var chosen = only == null ? statement : statement.bind("only", only.toArray(String[]::new));
        return Rows.at(before, chosen).map(R2dbcTeams::team).all();
    }

    @Override
    public Mono<Team> update(String id, Draft draft, long version) {
        return transactions.run(locked(id, version).flatMap(team -> {
            if (team.members() > draft.maxMembers()) {
                return Mono.error(Rows.conflict("The team has " + team.members() + " members already"));
            }
            return bind(UPDATE, id, draft).then().then(find(id));
        }));
    }

    @Override
    public Mono<Boolean> delete(String id, long version) {
        return transactions.run(locked(id, version)
                .flatMap(_ -> database.sql("DELETE FROM teams WHERE id = :id")
                        .bind("id", id)
                        .then()
                        .then(changes.announce(Changes.Topic.ACCOUNTS))
                        .thenReturn(true))
                .defaultIfEmpty(false));
    }

    @Override
    public Flux<Member> members(String id, int limit, @Nullable Position after) {
        return memberships.of(id, limit, after);
    }

    @Override
    public Mono<Member> member(String id, String user) {
        return memberships.find(id, user);
    }

    @Override
    public Mono<Member> join(String id, String user, Standing standing, int mostTeams) {
        return transactions.run(locked(id).flatMap(team -> memberships.add(team, user, standing, mostTeams)));
    }

    @Override
    public Mono<Member> promote(Member known, Standing standing) {
        return transactions.run(unchanged(known)
                .flatMap(member -> member.standing() == standing
                        ? Mono.just(member)
                        : memberships.staysOwned(member).then(memberships.promote(member, standing))));
    }

    @Override
    public Mono<Boolean> leave(Member known) {
        return transactions.run(unchanged(known)
                .flatMap(member -> memberships
                        .staysOwned(member)
                        .then(memberships.remove(member))
                        .thenReturn(true))
                .defaultIfEmpty(false));
    }

    @Override
    public Mono<Void> hold(String id) {
        return locked(id).then();
    }

    private Mono<Member> unchanged(Member known) {
        return locked(known.team())
                .flatMap(_ -> memberships.find(known.team(), known.user()))
                .flatMap(member -> member.equals(known)
                        ? Mono.just(member)
                        : Mono.error(Rows.stale("member", member.version(), known.version())));
    }

    private Mono<Team> locked(String id, long version) {
        return locked(id)
                .flatMap(team -> team.version() == version
                        ? Mono.just(team)
                        : Mono.error(Rows.stale("team", team.version(), version)));
    }

    /** Locked first and counted then, because what was counted before the lock may be old. */
    private Mono<Team> locked(String id) {
        return database.sql("SELECT id FROM teams WHERE id = :id FOR UPDATE")
                .bind("id", id)
                .map(row -> Rows.get(row, "id", String.class))
                .one()
                .flatMap(this::find);
    }

    private DatabaseClient.GenericExecuteSpec bind(String sql, String id, Draft draft) {
        return database.sql(sql)
                .bind("id", id)
                .bind("name", draft.name())
                .bind("description", Rows.orNull(draft.description()))
                .bind("maxMembers", draft.maxMembers());
    }

    private static Team team(Readable row) {
        return new Team(
                Rows.get(row, "id", String.class),
                Rows.get(row, "page_key", UUID.class),
                Rows.get(row, "name", String.class),
                row.get("description", String.class),
                Rows.get(row, "max_members", Integer.class),
                Rows.get(row, "members", Long.class),
                Rows.get(row, "created_by", String.class),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                Rows.get(row, "version", Long.class));
    }
}
