package io.penstock.account;

import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** A row of each user that stands for all of the user's things of a kind, so that whoever makes or deletes some waits for whoever else does. */
public enum Seats {

    /** Held by who makes API tokens of the user, and by who deletes the user. */
    TOKENS("token_seats"),

    /** Held by who makes the user a member of a team. */
    TEAMS("team_seats");

    private final String first;
    private final String hold;

    Seats(String table) {
        this.first = "INSERT INTO " + table + " (user_name) VALUES (:user) ON CONFLICT DO NOTHING";
        this.hold = "SELECT user_name FROM " + table + " WHERE user_name = :user FOR UPDATE";
    }

    /** Holds the user's one row until the surrounding transaction ends. Empty when it is held. */
    public Mono<Void> hold(DatabaseClient database, String user) {
        return database.sql(first)
                .bind("user", user)
                .then()
                .then(database.sql(hold).bind("user", user).then());
    }
}
