package io.penstock.store;

import java.time.Duration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Work that is due now and then, once for all replicas; also across restarts. All times are the database's. */
@Component
public final class Errands {

    private static final String BEGIN = "INSERT INTO errands (name) VALUES (:name) ON CONFLICT DO NOTHING";

    private static final String TAKE = """
            UPDATE errands SET next_at = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT)
            WHERE name = :name AND next_at <= CURRENT_TIMESTAMP
            """;

    private final DatabaseClient database;

    public Errands(DatabaseClient database) {
        this.database = database;
    }

    /**
     * As {@link #ifDue}, for what each replica tries in rounds with that pause between them: due somewhat earlier, so that a round that comes
     * a little before its time is not for nothing.
     */
    public Mono<Void> inRounds(String name, Duration pause, Mono<Void> work) {
        return ifDue(name, pause.multipliedBy(3).dividedBy(4), work);
    }

    /** Does the work where it is due and no other replica took it; it is due again after {@code every}, whether it went well or not. */
    public Mono<Void> ifDue(String name, Duration every, Mono<Void> work) {
        return database.sql(BEGIN)
                .bind("name", name)
                .then()
                .then(Mono.defer(() -> database.sql(TAKE)
                        .bind("seconds", every.toSeconds())
                        .bind("name", name)
                        .fetch()
                        .rowsUpdated()))
                .filter(taken -> taken > 0)
                .flatMap(_ -> work);
    }
}
