package io.penstock.account;

import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Makes those wait for each other who make API tokens of one user, and who deletes the user. */
public final class TokenSeats {

    private static final String FIRST = "INSERT INTO token_seats (user_name) VALUES (:user) ON CONFLICT DO NOTHING";

    private static final String HOLD = "SELECT user_name FROM token_seats WHERE user_name = :user FOR UPDATE";

    private TokenSeats() {}

    /** Holds the user's one row until the surrounding transaction ends. Empty when it is held. */
    public static Mono<Void> hold(DatabaseClient database, String user) {
        return database.sql(FIRST)
                .bind("user", user)
                .then()
                .then(database.sql(HOLD).bind("user", user).then());
    }
}
