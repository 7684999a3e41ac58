package io.penstock.store;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import java.io.EOFException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Announcements between replicas by NOTIFY, heard on a connection that is used for nothing else. */
final class PostgresChanges implements Changes {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresChanges.class);
    private static final String CHANNEL = "penstock_changes";
    private static final Retry RECONNECT = Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
            .maxBackoff(Duration.ofSeconds(5))
            .transientErrors(true)
            .doBeforeRetry(lost -> LOG.warn(
                    "Announcements of other replicas are not heard until the database is reached again: {}",
                    String.valueOf(lost.failure().getMessage())));

    private final Noticeboard board;
    private final DatabaseClient client;
    private final PostgresqlConnectionFactory connections;

    PostgresChanges(Noticeboard board, DatabaseClient client, PostgresqlConnectionFactory connections) {
        this.board = board;
        this.client = client;
        this.connections = connections;
    }

    /** PostgreSQL delivers it to all listeners, this replica among them, when the surrounding transaction commits. */
    @Override
    public Mono<Void> announce(Topic topic) {
        return client.sql("SELECT pg_notify('" + CHANNEL + "', $1)")
                .bind(0, topic.name())
                .fetch()
                .rowsUpdated()
                .then();
    }

    @Override
    public Flux<Topic> announced() {
        return board.posted();
    }

    /** Listens until cancelled. What was announced while there was no connection is unknown, so each one begins with {@code ALL}. */
    Mono<Void> listen() {
        return Flux.usingWhen(connections.create(), PostgresChanges::heard, PostgresqlConnection::close)
                .retryWhen(RECONNECT)
                .doOnNext(board::post)
                .then();
    }

    /** Notifications are subscribed before LISTEN, so that none falls between it and {@code ALL}. */
    private static Flux<Topic> heard(PostgresqlConnection connection) {
        Flux<Topic> notified = connection
                .getNotifications()
                .map(PostgresChanges::topic)
                .concatWith(Mono.error(new EOFException("the database closed the connection")));
        Mono<Topic> listening = connection
                .createStatement("LISTEN " + CHANNEL)
                .execute()
                .flatMap(PostgresqlResult::getRowsUpdated)
                .then(Mono.just(Topic.ALL));
        return Flux.merge(notified, listening);
    }

    /** A topic of a newer replica is not known here yet: it may concern anything. */
    private static Topic topic(Notification notification) {
        for (Topic topic : Topic.values()) {
            if (topic.name().equals(notification.getParameter())) {
                return topic;
            }
        }
        return Topic.ALL;
    }
}
