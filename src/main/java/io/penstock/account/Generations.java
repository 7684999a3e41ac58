package io.penstock.account;

import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Ends the sign-ins of a user by beginning the next generation of them. */
public final class Generations {

    private static final String FIRST =
            "INSERT INTO sign_ins (user_name, generation) VALUES (:user, 0) ON CONFLICT DO NOTHING";

    private static final String NEXT = "UPDATE sign_ins SET generation = generation + 1 WHERE user_name = :user";

    private Generations() {}

    /** Empty when it is written; within the transaction that is there. */
    public static Mono<Void> next(DatabaseClient database, String user) {
        return database.sql(FIRST)
                .bind("user", user)
                .then()
                .then(database.sql(NEXT).bind("user", user).then());
    }
}
