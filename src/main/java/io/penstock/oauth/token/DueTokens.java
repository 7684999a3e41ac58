package io.penstock.oauth.token;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows of tokens that should be renewed ahead of their end. */
@Component
final class DueTokens {

    /**
     * Servers take turns, so that none has all the places. A gateway's own token costs no more to get when it is wanted, so it is renewed only
     * while it is in use.
     */
    private static final String FIND = TokenRows.SELECT + """
            JOIN (SELECT id AS due, renew_at AS since,
                      ROW_NUMBER() OVER (PARTITION BY COALESCE(token_server, authority) ORDER BY renew_at) AS turn
                  FROM oauth_tokens
                  WHERE status = 'VALID' AND renew_at <= CURRENT_TIMESTAMP
                    AND (lease_until IS NULL OR lease_until < CURRENT_TIMESTAMP)
                    AND NOT (COALESCE(token_server, authority) = ANY(:servers))
                    AND COALESCE(last_used_at, created_at) > CURRENT_TIMESTAMP - CASE WHEN user_name = '' THEN INTERVAL '1' HOUR
                        ELSE INTERVAL '1' SECOND * CAST(:seconds AS BIGINT) END
                  ORDER BY turn, since LIMIT :limit) chosen ON due = id
            ORDER BY turn, since
            """;

    /** By a tenth of its age, so that what cannot be renewed is looked at ever more seldom. */
    private static final String POSTPONE = """
            UPDATE oauth_tokens
            SET renew_at = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(GREATEST(60, LEAST(86400,
                EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - COALESCE(refreshed_at, created_at))) / 10)) AS BIGINT)
            WHERE id = :id AND version = :version AND renew_at <= CURRENT_TIMESTAMP
            """;

    private final DatabaseClient database;
    private final TokenSeals seals;

    DueTokens(DatabaseClient database, TokenSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    /**
     * A token that is due.
     *
     * @param server where it is asked for; its authority where that is not known
     */
    record Due(String server, StoredToken token) {}

    /** Those that were used since so long ago and are of none of these servers, of each the longest due first. */
    Flux<Due> find(int limit, Duration usedWithin, Set<String> without) {
        return database.sql(FIND)
                .bind("seconds", usedWithin.toSeconds())
                .bind("servers", without.toArray(String[]::new))
                .bind("limit", limit)
                .map(row -> new Due(Objects.requireNonNull(row.get("server", String.class)), seals.token(row)))
                .all();
    }

    /** Lets others go first, for a minute to a day, unless it was renewed or postponed meanwhile. */
    Mono<Void> postpone(StoredToken due) {
        return database.sql(POSTPONE)
                .bind("id", due.id())
                .bind("version", due.version())
                .then();
    }
}
