package io.penstock.relay.bridge;

import io.penstock.store.Errands;
import io.penstock.store.Sweep;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** One row a session, changed only by who has read its last version. */
@Component
final class R2dbcHeldSessions implements HeldSessions {

    private static final String FIND = "SELECT state, version FROM held_sessions WHERE session_key = $1";
    private static final String INSERT = """
            INSERT INTO held_sessions (session_key, state, version, expires_at) VALUES ($1, $2, 1, $3)
            ON CONFLICT DO NOTHING""";
    private static final String UPDATE =
            "UPDATE held_sessions SET state = $2, version = version + 1 WHERE session_key = $1 AND version = $3";
    private static final String FORGET = "DELETE FROM held_sessions WHERE session_key = $1";
    private static final String FORGET_EXPIRED =
            Sweep.batch("held_sessions", "session_key", "expires_at < CURRENT_TIMESTAMP");

    private static final Duration ROUNDS = Duration.ofHours(1);
    private static final long TRIES = 20;

    private final DatabaseClient client;
    private final Errands errands;

    R2dbcHeldSessions(DatabaseClient client, Errands errands) {
        this.client = client;
        this.errands = errands;
    }

    /** A state and how often it was written; 0 for never. */
    private record Written(HeldState state, long version) {}

    @Override
    public Mono<HeldState> find(String key) {
        return written(key).map(Written::state);
    }

    private Mono<Written> written(String key) {
        return client.sql(FIND)
                .bind(0, key)
                .map(row ->
                        new Written(HeldState.read(get(row, "state", String.class)), get(row, "version", Long.class)))
                .one()
                .defaultIfEmpty(new Written(HeldState.NEW, 0));
    }

    @Override
    public Mono<Changed> change(String key, Instant expires, UnaryOperator<HeldState> change) {
        return written(key)
                .flatMap(before -> {
                    var after = change.apply(before.state());
                    return after.equals(before.state())
                            ? Mono.just(new Changed(after, false))
                            : write(key, expires, before, after).thenReturn(new Changed(after, true));
                })
                .retryWhen(Retry.backoff(TRIES, Duration.ofMillis(1))
                        .maxBackoff(Duration.ofMillis(50))
                        .filter(Overtaken.class::isInstance));
    }

    private Mono<Void> write(String key, Instant expires, Written before, HeldState after) {
        var statement = before.version() == 0
                ? client.sql(INSERT).bind(0, key).bind(1, after.json()).bind(2, expires.truncatedTo(ChronoUnit.MICROS))
                : client.sql(UPDATE).bind(0, key).bind(1, after.json()).bind(2, before.version());
        return statement.fetch().rowsUpdated().flatMap(rows -> rows == 1 ? Mono.empty() : Mono.error(new Overtaken()));
    }

    @Override
    public Mono<Void> forget(String key) {
        return client.sql(FORGET).bind(0, key).fetch().rowsUpdated().then();
    }

    @Override
    public Mono<Void> forgetExpired() {
        return errands.inRounds("sessions.forget", ROUNDS, Sweep.all(client.sql(FORGET_EXPIRED)));
    }

    private static <T> T get(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }

    /** Somebody else wrote in between: to be read again. */
    private static final class Overtaken extends Exception {

        private static final long serialVersionUID = 1L;

        Overtaken() {
            super("Overtaken", null, false, false);
        }
    }
}
