package io.penstock.store.replicas;

import io.penstock.store.Changes;
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
    private final Noticeboard inUse = new Noticeboard();
    private final DatabaseClient client;
    private final Mono<PostgresqlConnection> opening;

    PostgresChanges(Noticeboard board, DatabaseClient client, Mono<PostgresqlConnection> opening) {
        this.board = board;
        this.client = client;
        this.opening = opening;
    }

    /** PostgreSQL delivers it to all listeners, this replica among them, when the surrounding transaction commits. */
    @Override
    public Mono<Void> announce(Notice notice) {
        return client.sql("SELECT pg_notify('" + CHANNEL + "', $1)")
                .bind(0, NoticeText.of(notice))
                .fetch()
                .rowsUpdated()
                .then();
    }

    @Override
    public Flux<Notice> notices() {
        return board.posted();
    }

    @Override
    public void swapped(Topic topic) {
        inUse.post(Notice.any(topic));
    }

    @Override
    public Flux<Topic> swaps() {
        return inUse.posted().map(Notice::topic);
    }

    /** Listens until cancelled. What was announced while there was no connection is unknown, so each one begins with {@code ALL}. */
    Mono<Void> listen() {
        return Flux.usingWhen(opening, PostgresChanges::heard, PostgresqlConnection::close)
                .retryWhen(RECONNECT)
                .doOnNext(board::post)
                .then();
    }

    /** Notifications are subscribed before LISTEN, so that none falls between it and {@code ALL}. */
    private static Flux<Notice> heard(PostgresqlConnection connection) {
        Flux<Notice> notified = connection
                .getNotifications()
                .map(notification -> NoticeText.read(notification.getParameter()))
                .concatWith(Mono.error(new EOFException("the database closed the connection")));
        Mono<Notice> listening = connection
                .createStatement("LISTEN " + CHANNEL)
                .execute()
                .flatMap(PostgresqlResult::getRowsUpdated)
                .then(Mono.just(Notice.any(Topic.ALL)));
        return Flux.merge(
                notified, listening.concatWith(HearingLine.probed(connection).cast(Notice.class)));
    }
}
