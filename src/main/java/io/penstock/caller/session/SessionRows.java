package io.penstock.caller.session;

import io.penstock.store.Sweep;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The table of sessions. */
final class SessionRows {

    private static final String SELECT = """
            SELECT id, user_name, user_groups, issuer, address, agent, created_at, last_seen, expires_at, generation
            FROM sign_in_sessions WHERE expires_at > CURRENT_TIMESTAMP
            """;

    private static final String INSERT = """
            INSERT INTO sign_in_sessions
                (id, user_name, user_groups, issuer, address, agent, created_at, last_seen, expires_at, generation)
            VALUES (:id, :user, :groups, :issuer, :address, :agent, :created, :seen, :expires, :generation)
            """;

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String ENDED = Sweep.batch("sign_in_sessions", "id", "expires_at < CURRENT_TIMESTAMP");

    private final DatabaseClient database;

    SessionRows(DatabaseClient database) {
        this.database = database;
    }

    /** Empty when written. */
    Mono<Void> insert(Session session) {
        var statement = database.sql(INSERT)
                .bind("id", session.id())
                .bind("user", session.user())
                .bind("issuer", session.issuer())
                .bind("address", session.address())
                .bind("created", session.createdAt())
                .bind("seen", session.lastSeen())
                .bind("expires", session.expires());
        statement = bind(statement, "agent", session.agent());
        statement = bind(
                statement,
                "groups",
                session.groups() == null
                        ? null
                        : JSON.writeValueAsString(
                                session.groups().stream().sorted().toList()));
        Long generation = session.generation();
        statement = generation == null
                ? statement.bindNull("generation", Long.class)
                : statement.bind("generation", generation);
        return statement.fetch().rowsUpdated().then();
    }

    private static DatabaseClient.GenericExecuteSpec bind(
            DatabaseClient.GenericExecuteSpec statement, String name, @Nullable String value) {
        return value == null ? statement.bindNull(name, String.class) : statement.bind(name, value);
    }

    /** All that have not reached their absolute end. */
    Flux<Session> all() {
        return database.sql(SELECT).map(SessionRows::session).all();
    }

    /** Empty where there is none. */
    Mono<Session> find(UUID id) {
        return database.sql(SELECT + " AND id = :id")
                .bind("id", id)
                .map(SessionRows::session)
                .one();
    }

    /** Newest first; null does not narrow. */
    Flux<Session> list(@Nullable String user, Instant seenAfter, int limit, Sessions.@Nullable Position before) {
        var sql = new StringBuilder(SELECT).append(" AND last_seen > :seenAfter");
        sql.append(user == null ? "" : " AND user_name = :user");
        sql.append(before == null ? "" : " AND (created_at, id) < (:at, :before)");
        sql.append(" ORDER BY created_at DESC, id DESC LIMIT :limit");
        var statement =
                database.sql(sql.toString()).bind("seenAfter", seenAfter).bind("limit", limit);
        statement = user == null ? statement : statement.bind("user", user);
        statement =
                before == null ? statement : statement.bind("at", before.at()).bind("before", before.id());
        return statement.map(SessionRows::session).all();
    }

    /** Whether this is who took it away. */
    Mono<Boolean> delete(UUID id) {
        return database.sql("DELETE FROM sign_in_sessions WHERE id = :id")
                .bind("id", id)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    /** How many were taken away. */
    Mono<Long> deleteOf(String user) {
        return database.sql("DELETE FROM sign_in_sessions WHERE user_name = :user")
                .bind("user", user)
                .fetch()
                .rowsUpdated();
    }

    /** Removes those that have reached their absolute end. */
    Mono<Void> deleteEnded() {
        return Sweep.all(database.sql(ENDED));
    }

    /** Notes that sessions were used, unless a later use is known. */
    Mono<Void> seen(Collection<UUID> ids, Instant at) {
        List<UUID> listed = List.copyOf(ids);
        String places =
                IntStream.range(0, listed.size()).mapToObj(n -> ":id" + n).collect(Collectors.joining(", "));
        var statement = database.sql(
                        "UPDATE sign_in_sessions SET last_seen = :at WHERE last_seen < :at AND id IN (" + places + ")")
                .bind("at", at);
        for (int n = 0; n < listed.size(); n++) {
            statement = statement.bind("id" + n, listed.get(n));
        }
        return statement.fetch().rowsUpdated().then();
    }

    private static Session session(Readable row) {
        String groups = row.get("user_groups", String.class);
        return new Session(
                get(row, "id", UUID.class),
                get(row, "user_name", String.class),
                groups == null ? null : Set.of(JSON.readValue(groups, String[].class)),
                get(row, "issuer", String.class),
                get(row, "address", String.class),
                row.get("agent", String.class),
                get(row, "created_at", Instant.class),
                get(row, "last_seen", Instant.class),
                get(row, "expires_at", Instant.class),
                row.get("generation", Long.class));
    }

    private static <T> T get(Readable row, String name, Class<T> type) {
        return Objects.requireNonNull(row.get(name, type), name);
    }
}
