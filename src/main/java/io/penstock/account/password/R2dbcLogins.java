package io.penstock.account.password;

import io.penstock.account.Generations;
import io.penstock.account.Position;
import io.penstock.account.Rows;
import io.penstock.account.password.LoginEvents.Kind;
import io.penstock.account.password.LoginEvents.Outcome;
import io.penstock.caller.Attempts;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Identity;
import io.penstock.store.Changes;
import io.penstock.store.Sweep;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Passwords in the database. Whatever is wrong, the same is done: one hash is verified, one row updated where there is one, one event
 * written.
 */
final class R2dbcLogins implements Logins, LoginEvents {

    private static final String FIND = """
            SELECT u.id, u.name, u.password_hash, u.enabled, u.must_change_password, COALESCE(s.generation, 0) AS generation,
                COALESCE(u.locked_until > CURRENT_TIMESTAMP, FALSE) AS locked
            FROM users u LEFT JOIN sign_ins s ON s.user_name = u.name WHERE u.name = :name
            """;

    /** Also where others tried in the meantime: too many wrong ones at once lock out the right one. */
    private static final String SUCCEED = """
            UPDATE users SET failed_attempts = 0, locked_until = NULL, last_login = CURRENT_TIMESTAMP
            WHERE name = :name AND enabled AND password_hash = :hash
                AND (locked_until IS NULL OR locked_until <= CURRENT_TIMESTAMP)
            """;

    private static final String FAIL = """
            UPDATE users
            SET failed_attempts = CASE WHEN locked_until IS NULL THEN failed_attempts + 1 ELSE 1 END,
                locked_until = CASE WHEN (CASE WHEN locked_until IS NULL THEN failed_attempts + 1 ELSE 1 END) >= :most
                    THEN CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT) END
            WHERE name = :name AND (locked_until IS NULL OR locked_until <= CURRENT_TIMESTAMP)
            """;

    private static final String NOTE = """
            INSERT INTO login_events (id, user_name, kind, outcome, address, agent)
            VALUES (:id, :name, :kind, :outcome, :address, :agent)
            """;

    private static final String REPLACE = """
            UPDATE users SET password_hash = :new, must_change_password = FALSE, updated_at = CURRENT_TIMESTAMP,
                version = version + 1
            WHERE id = :id AND enabled AND password_hash = :old
            """;

    /** The name under which tries with names of nobody are kept: what was typed there may be a password. */
    private static final String NOBODY = "";

    private static final String FORGET =
            Sweep.batch("login_events", "id", "at < CURRENT_TIMESTAMP - INTERVAL '90' DAY");

    private static final int LONGEST_AGENT = 255;

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final PasswordHashes hashes;
    private final PasswordSettings settings;
    private final Attempts attempts;

    R2dbcLogins(
            DatabaseClient database,
            Transactions transactions,
            Changes changes,
            PasswordHashes hashes,
            PasswordSettings settings) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.hashes = hashes;
        this.settings = settings;
        this.attempts = new Attempts(settings.attemptsPerMinute(), "Too many sign-ins were tried from this address");
    }

    /** What the row says; {@code name} is that of nobody where there is no row. */
    private record Row(
            UUID id,
            String name,
            @Nullable String hash,
            boolean enabled,
            boolean mustChange,
            boolean locked,
            long generation) {

        static final Row NONE = new Row(new UUID(0, 0), NOBODY, null, true, false, false, 0);
    }

    @Override
    public Mono<Proven> prove(Attempt attempt, Kind kind) {
        return Mono.defer(() -> {
            attempts.count(attempt.address());
            return find(attempt.name())
                    .flatMap(row -> hashes.matches(attempt.password(), row.hash())
                            .flatMap(right -> judge(row, right, attempt, kind)));
        });
    }

    private Mono<Row> find(String name) {
        String canonical = Identity.canonical(name);
        return database.sql(FIND)
                .bind("name", canonical == null ? NOBODY : canonical)
                .map(R2dbcLogins::row)
                .one()
                .defaultIfEmpty(Row.NONE);
    }

    private Mono<Proven> judge(Row row, boolean right, Attempt attempt, Kind kind) {
        String hash = row.hash();
        Mono<Outcome> outcome = hash != null && right && row.enabled() && !row.locked()
                ? succeed(row.name(), hash)
                : fail(row).thenReturn(failure(row));
        return transactions
                .run(outcome.flatMap(
                        ended -> note(row.name(), kind, ended, attempt).thenReturn(ended)))
                .flatMap(ended -> ended == Outcome.SUCCESS && hash != null
                        ? Mono.just(new Proven(row.id(), row.name(), row.mustChange(), hash, row.generation()))
                        : Mono.error(refusal()));
    }

    private static Outcome failure(Row row) {
        if (!row.enabled()) {
            return Outcome.SWITCHED_OFF;
        }
        return row.locked() ? Outcome.LOCKED : Outcome.WRONG_PASSWORD;
    }

    private Mono<Outcome> succeed(String name, String hash) {
        return database.sql(SUCCEED)
                .bind("name", name)
                .bind("hash", hash)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0 ? Outcome.SUCCESS : Outcome.LOCKED);
    }

    private Mono<Void> fail(Row row) {
        return database.sql(FAIL)
                .bind("name", row.name())
                .bind("most", settings.maxFailedAttempts())
                .bind("seconds", settings.lockout().toSeconds())
                .fetch()
                .rowsUpdated()
                .then();
    }

    private Mono<Void> note(String name, Kind kind, Outcome outcome, Attempt attempt) {
        return database.sql(NOTE)
                .bind("id", UUID.randomUUID())
                .bind("name", name)
                .bind("kind", kind.name())
                .bind("outcome", outcome.name())
                .bind("address", attempt.address())
                .bind("agent", Rows.orNull(plain(attempt.agent())))
                .then();
    }

    /** Without what no database or terminal should be given. */
    private static @Nullable String plain(@Nullable String agent) {
        if (agent == null) {
            return null;
        }
        String clean = agent.replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() <= LONGEST_AGENT ? clean : clean.substring(0, LONGEST_AGENT);
    }

    private static Refusal refusal() {
        return BearerToken.refused(
                "The e-mail address or the password is wrong, or the account is locked or switched off");
    }

    @Override
    public Mono<Proven> replace(Proven user, String newHash) {
        return transactions.run(database.sql(REPLACE)
                .bind("new", newHash)
                .bind("old", user.hash())
                .bind("id", user.id())
                .fetch()
                .rowsUpdated()
                .flatMap(rows -> rows > 0
                        ? Generations.next(database, user.name())
                                .then(changes.announce(Changes.Topic.ACCOUNTS))
                                .thenReturn(replaced(user, newHash))
                        : Mono.error(refusal())));
    }

    /** Of the next generation: where the user's sign-ins were ended once more meanwhile, so are those of this one. */
    private static Proven replaced(Proven user, String newHash) {
        return new Proven(user.id(), user.name(), false, newHash, user.generation() + 1);
    }

    @Override
    public Duration lifetime() {
        return settings.tokenLifetime();
    }

    @Override
    public Flux<Event> of(String user, int limit, @Nullable Position before) {
        String after = before == null ? "" : " AND (at, id) < (:before, :beforeId)";
        var statement = database.sql(
                        "SELECT id, at, kind, outcome, address, agent FROM login_events WHERE user_name = :user" + after
                                + " ORDER BY at DESC, id DESC LIMIT :limit")
                .bind("user", user)
                .bind("limit", limit);
        return Rows.at(before, statement).map(R2dbcLogins::event).all();
    }

    /** One round: forgets what is three months old. */
    Mono<Void> forget() {
        return Sweep.all(database.sql(FORGET));
    }

    private static Event event(Readable row) {
        return new Event(
                Rows.get(row, "id", UUID.class),
                Rows.instant(row, "at"),
                Kind.valueOf(Rows.get(row, "kind", String.class)),
                Outcome.valueOf(Rows.get(row, "outcome", String.class)),
                Rows.get(row, "address", String.class),
                row.get("agent", String.class));
    }

    private static Row row(Readable row) {
        return new Row(
                Rows.get(row, "id", UUID.class),
                Rows.get(row, "name", String.class),
                row.get("password_hash", String.class),
                Rows.get(row, "enabled", Boolean.class),
                Rows.get(row, "must_change_password", Boolean.class),
                Rows.get(row, "locked", Boolean.class),
                Rows.get(row, "generation", Long.class));
    }
}
