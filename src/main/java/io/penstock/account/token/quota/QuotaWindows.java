package io.penstock.account.token.quota;

import io.penstock.account.Rows;
import io.penstock.caller.BearerToken;
import io.penstock.store.Sweep;
import io.penstock.store.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is used of each window, as rows that all replicas take from. */
final class QuotaWindows {

    /** How long nothing is asked of a window that had none left. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** A twentieth of what is left, so that what a replica may lose is small, and smaller the less there is. */
    private static final int PART = 20;

    private static final String HOLD =
            "SELECT quota_per_hour, quota_per_day FROM api_tokens WHERE id = :token FOR UPDATE";

    private static final String USED =
            "SELECT used FROM token_quota_windows WHERE token_id = :token AND kind = :kind AND starts_at = :starts";

    private static final String FIRST = """
            INSERT INTO token_quota_windows (token_id, kind, starts_at, used) VALUES (:token, :kind, :starts, 0)
            ON CONFLICT DO NOTHING
            """;

    private static final String TAKE = """
            UPDATE token_quota_windows SET used = used + :calls
            WHERE token_id = :token AND kind = :kind AND starts_at = :starts AND used + :calls <= :quota
            """;

    private static final String GIVE_BACK = """
            UPDATE token_quota_windows SET used = used - :calls
            WHERE token_id = :token AND kind = :kind AND starts_at = :starts AND used >= :calls
            """;

    private static final String FORGET = Sweep.batch(
            "token_quota_windows",
            "token_id, kind, starts_at",
            "starts_at < CURRENT_TIMESTAMP - INTERVAL '3' DAY",
            100);

    private final DatabaseClient database;
    private final Transactions transactions;

    QuotaWindows(DatabaseClient database, Transactions transactions) {
        this.database = database;
        this.transactions = transactions;
    }

    private record Quotas(
            @Nullable Integer perHour, @Nullable Integer perDay) {}

    private record Left(Window window, long calls) {}

    /**
     * Takes calls of all of a token's windows at once: as many as are wanted, or a part of what is left. Never empty. Error:
     * {@code Unauthenticated} where there is no such token any more, or the database's.
     *
     * @param wanted how many wait for one when the windows are held
     */
    Mono<Block> take(UUID token, IntSupplier wanted, Instant now) {
        var held = database.sql(HOLD)
                .bind("token", token)
                .map(row ->
                        new Quotas(row.get("quota_per_hour", Integer.class), row.get("quota_per_day", Integer.class)))
                .one()
                .switchIfEmpty(Mono.error(() -> BearerToken.refused("There is no such API token any more")));
        return transactions.run(held.flatMapMany(
                        quotas -> Flux.fromIterable(Window.of(quotas.perHour(), quotas.perDay(), now)))
                .concatMap(window -> left(token, window))
                .collectList()
                .flatMap(left -> take(token, left, Math.max(1, wanted.getAsInt()), now)));
    }

    private Mono<Left> left(UUID token, Window window) {
        return of(USED, token, window)
                .map(row -> Rows.get(row, "used", Long.class))
                .one()
                .defaultIfEmpty(0L)
                .map(used -> new Left(window, window.quota() - used));
    }

    private Mono<Block> take(UUID token, List<Left> left, int wanted, Instant now) {
        var spent =
                left.stream().filter(one -> one.calls() <= 0).map(Left::window).max(Comparator.comparing(Window::ends));
        if (spent.isPresent()) {
            return Mono.just(new Block.Spent(spent.get(), now.plus(PAUSE)));
        }
        if (left.isEmpty()) { // its quotas were taken away a moment ago
            return Mono.just(Block.Granted.of(List.of(Window.unlimited(now)), wanted));
        }
        long least = left.stream().mapToLong(Left::calls).min().orElseThrow();
        int calls = (int) Math.min(least, Math.max(least / PART, wanted));
        var windows = left.stream().map(Left::window).toList();
        return Flux.fromIterable(windows)
                .concatMap(window -> taken(token, window, calls))
                .then(Mono.just(Block.Granted.of(windows, calls)));
    }

    private Mono<Void> taken(UUID token, Window window, int calls) {
        return of(FIRST, token, window)
                .then()
                .then(of(TAKE, token, window)
                        .bind("calls", (long) calls)
                        .bind("quota", window.quota())
                        .fetch()
                        .rowsUpdated())
                .flatMap(rows -> rows > 0
                        ? Mono.empty()
                        : Mono.error(new IllegalStateException("A quota changed though its token's row is held")));
    }

    /** Puts calls back that were taken and not used. Empty when they are there again. Error: the database's, and then they are lost. */
    Mono<Void> giveBack(UUID token, List<Window> windows, int calls) {
        return transactions.run(database.sql("SELECT id FROM api_tokens WHERE id = :token FOR UPDATE")
                .bind("token", token)
                .then()
                .thenMany(Flux.fromIterable(windows))
                .concatMap(window ->
                        of(GIVE_BACK, token, window).bind("calls", (long) calls).then())
                .then());
    }

    /** One round: forgets windows that have ended days ago. */
    Mono<Void> forget() {
        return Sweep.all(database.sql(FORGET));
    }

    private DatabaseClient.GenericExecuteSpec of(String sql, UUID token, Window window) {
        return database.sql(sql)
                .bind("token", token)
                .bind("kind", window.kind().name())
                .bind("starts", window.starts().atOffset(ZoneOffset.UTC));
    }
}
