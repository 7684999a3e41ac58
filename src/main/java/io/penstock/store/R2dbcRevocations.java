package io.penstock.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Revocations as rows, all of them in memory too. Nothing is ever taken back, so memory only grows until a revoked thing has ended. */
final class R2dbcRevocations implements Revocations {

    /** Kept that much longer than the revoked thing lives, for clocks that differ. */
    static final Duration SKEW = Duration.ofMinutes(5);

    private static final String FORGET =
            Sweep.batch("revocations", "digest", "expires_at < CURRENT_TIMESTAMP - INTERVAL '5' MINUTE");

    private static final String ALL = "SELECT digest, expires_at FROM revocations";

    /** Longer than it takes from writing a row to hearing of it: who does not hear for longer reads all. */
    private static final String NEWEST = " WHERE revoked_at > CURRENT_TIMESTAMP - INTERVAL '1' MINUTE";

    private static final String INSERT =
            "INSERT INTO revocations (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    /** The later end wins; it is among the newest then, so that all replicas hear of it. */
    private static final String PROLONG = """
            UPDATE revocations SET expires_at = $2, revoked_at = CURRENT_TIMESTAMP WHERE digest = $1 AND expires_at < $2""";

    private final DatabaseClient client;
    private final Transactions transactions;
    private final Changes changes;
    private final Clock clock;
    private final Map<String, Instant> revoked;

    /** @param known what was revoked before this start */
    R2dbcRevocations(
            DatabaseClient client,
            Transactions transactions,
            Changes changes,
            Clock clock,
            Map<String, Instant> known) {
        this.client = client;
        this.transactions = transactions;
        this.changes = changes;
        this.clock = clock;
        revoked = new ConcurrentHashMap<>(known);
    }

    @Override
    public boolean revoked(String digest) {
        return revoked.containsKey(digest);
    }

    @Override
    public Mono<Void> revoke(String digest, Instant until) {
        Mono<Void> row = written(INSERT, digest, until)
                .filter(rows -> rows == 0)
                .flatMap(_ -> written(PROLONG, digest, until))
                .then();
        return transactions.run(row.then(changes.announce(Changes.Topic.REVOCATIONS))
                .then(transactions.afterCommit(() -> add(digest, until))));
    }

    private Mono<Long> written(String sql, String digest, Instant until) {
        return client.sql(sql)
                .bind(0, digest)
                .bind(1, until.truncatedTo(ChronoUnit.MICROS))
                .fetch()
                .rowsUpdated();
    }

    /** Endless: reads the rows now, and again whenever they may have changed; of those that were announced, the newest. */
    Mono<Void> follow() {
        return Flux.merge(changes.announced(), Mono.just(Changes.Topic.ALL))
                .filter(topic -> topic == Changes.Topic.ALL || topic == Changes.Topic.REVOCATIONS)
                .concatMap(topic -> read(topic == Changes.Topic.ALL ? ALL : ALL + NEWEST), 1)
                .then();
    }

    private Mono<Void> read(String select) {
        return client.sql(select)
                .map(row -> Map.entry(row.get("digest", String.class), row.get("expires_at", Instant.class)))
                .all()
                .doOnNext(row -> add(row.getKey(), row.getValue()))
                .then();
    }

    private void add(String digest, Instant until) {
        Instant known = revoked.putIfAbsent(digest, until);
        if (known != null) {
            revoked.merge(digest, until, (one, other) -> one.isAfter(other) ? one : other);
        } else {
            boolean session = digest.indexOf(':') >= 0;
            changes.swapped(session ? Changes.Topic.ENDED_SESSIONS : Changes.Topic.REVOCATIONS);
        }
    }

    /** One round: forgets the rows of what has ended by itself. */
    Mono<Void> forget() {
        return Sweep.all(client.sql(FORGET));
    }

    /** One round: forgets what has ended by itself, here alone. */
    Mono<Void> forgetHere() {
        return Mono.fromRunnable(() -> revoked.values()
                .removeIf(until -> until.isBefore(clock.instant().minus(SKEW))));
    }
}
