package io.penstock.account;

import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** The generations of a user's sign-ins: those of an earlier one than the present have ended. */
public final class Generations {

    private static final String FIRST =
            "INSERT INTO sign_ins (user_name, generation) VALUES (:user, 0) ON CONFLICT DO NOTHING";

    private static final String NEXT = "UPDATE sign_ins SET generation = generation + 1 WHERE user_name = :user";

    private static final String PRESENT = "SELECT generation FROM sign_ins WHERE user_name = :user";

    private Generations() {}

    /** Begins the next one. Empty when it is written; within the transaction that is there. */
    public static Mono<Void> next(DatabaseClient database, String user) {
        return database.sql(FIRST)
                .bind("user", user)
                .then()
                .then(database.sql(NEXT).bind("user", user).then());
    }

    /** The present one; 0 for whoever never began a second one. Never empty. */
    public static Mono<Long> present(DatabaseClient database, String user) {
        return database.sql(PRESENT)
                .bind("user", user)
                .map(row -> Rows.get(row, "generation", Long.class))
                .one()
                .defaultIfEmpty(0L);
    }
}
