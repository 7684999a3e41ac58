package io.penstock.store.replicas;

import io.penstock.vault.Vault;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** The connection that sends: whatever has queued up while a statement was under way goes with the next one. */
final class SendingLine {

    /** A notification must be shorter than 8000 bytes; one of them says what kind it is. */
    private static final int LONGEST_NOTICE = 7998;

    private static final Logger LOG = LoggerFactory.getLogger(SendingLine.class);
    private static final int MOST = 20_000;
    private static final long MOST_BYTES = 128L << 20;
    private static final int BATCH = 256;
    private static final long BATCH_BYTES = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** They arrive in the order of the rows. */
    private static final String NOTIFY = "SELECT pg_notify(channel, notice) FROM unnest($1, $2) AS t(channel, notice)";

    private static final String NOTIFY_OF_PARCELS = """
            WITH kept AS (
                INSERT INTO parcels (id, replica, body)
                SELECT CAST(id AS uuid), replica, decode(body, 'base64') FROM unnest($3, $4, $5) AS p(id, replica, body))
            """ + NOTIFY;

    private final Vault vault;
    private final Mono<PostgresqlConnection> opening;
    private final Inbox inbox;
    private final Tray<Outgoing> outgoing =
            new Tray<>(MOST, MOST_BYTES, waiting -> waiting.frame().length, Schedulers.parallel());

    SendingLine(Vault vault, Mono<PostgresqlConnection> opening, Inbox inbox) {
        this.vault = vault;
        this.opening = opening;
        this.inbox = inbox;
    }

    private record Outgoing(String replica, byte[] frame, Sinks.Empty<Void> end) {

        void sent() {
            var _ = end.tryEmitEmpty();
        }

        void lost(Throwable failure) {
            var _ = end.tryEmitError(failure);
        }
    }

    /** Queued at once. Error: the queue is full, or the connection was lost. */
    Mono<Void> send(String replica, byte[] frame) {
        var next = new Outgoing(replica, frame, Sinks.empty());
        if (!outgoing.offer(next)) {
            inbox.lost();
            return Mono.error(new IOException("Too much waits to be sent to other replicas"));
        }
        return next.end().asMono();
    }

    /** Sends until cancelled. What waits while there is no connection is given up when the next attempt fails, for it would come too late. */
    Mono<Void> run() {
        return Flux.usingWhen(connection(opening), this::sent, PostgresqlConnection::close)
                .doOnError(failure -> lost(outgoing.clear(), failure))
                .retryWhen(reconnect("sent"))
                .then();
    }

    /** Nothing that goes over it is worth waiting for a disk. */
    static Mono<PostgresqlConnection> connection(Mono<PostgresqlConnection> opening) {
        return opening.delayUntil(connection -> connection
                .createStatement("SET synchronous_commit TO off")
                .execute()
                .flatMap(PostgresqlResult::getRowsUpdated));
    }

    /** Pauses grow with each loss until something came of a connection: {@link #stood}. */
    static Retry reconnect(String what) {
        return Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                .maxBackoff(LONGEST_PAUSE)
                .transientErrors(true)
                .doBeforeRetry(lost -> LOG.warn(
                        "What is handed between replicas is not {} until the database is reached again: {}",
                        what,
                        String.valueOf(lost.failure().getMessage()),
                        lost.failure()));
    }

    /** What comes of a connection: that it has stood for a while. One that is made and lost at once is still the same outage. */
    static Mono<Long> stood() {
        return Mono.delay(LONGEST_PAUSE);
    }

    private Flux<Object> sent(PostgresqlConnection connection) {
        Flux<Void> written = outgoing.take(BATCH, BATCH_BYTES, batch -> write(connection, batch))
                .repeat();
        return Flux.merge(written, closed(connection), stood());
    }

    /** Notices a connection that ends while nothing is sent, so that the next frame finds a new one. */
    private static Mono<Void> closed(PostgresqlConnection connection) {
        return connection.getNotifications().then(Mono.error(new EOFException("the database closed the connection")));
    }

    private Mono<Void> write(PostgresqlConnection connection, List<Outgoing> batch) {
        return Flux.defer(() -> statement(connection, batch).execute())
                .flatMap(PostgresqlResult::getRowsUpdated)
                .then()
                .timeout(PATIENCE)
                .doOnSuccess(done -> batch.forEach(Outgoing::sent))
                .doOnError(failure -> lost(batch, failure))
                .doOnCancel(() -> lost(batch, new EOFException("the connection was closed")));
    }

    private void lost(List<Outgoing> frames, Throwable failure) {
        if (!frames.isEmpty()) {
            inbox.lost();
            frames.forEach(frame -> frame.lost(failure));
        }
    }

    private PostgresqlStatement statement(PostgresqlConnection connection, List<Outgoing> batch) {
        String[] channels = new String[batch.size()];
        String[] notices = new String[batch.size()];
        var parcels = new Parcels();
        for (int i = 0; i < notices.length; i++) {
            Outgoing next = batch.get(i);
            byte[] sealed = vault.seal(next.frame(), PostgresSwitchboard.context(next.replica()));
            String text = Base64.getEncoder().encodeToString(sealed);
            channels[i] = PostgresSwitchboard.channel(next.replica());
            notices[i] = text.length() <= LONGEST_NOTICE
                    ? HearingLine.WHOLE + text
                    : HearingLine.PARCEL + parcels.add(next.replica(), text);
        }
        return parcels.bound(connection
                .createStatement(parcels.ids.isEmpty() ? NOTIFY : NOTIFY_OF_PARCELS)
                .bind(0, channels)
                .bind(1, notices));
    }

    /** What of a batch is too large for notifications. */
    private static final class Parcels {

        private final List<String> ids = new ArrayList<>();
        private final List<String> replicas = new ArrayList<>();
        private final List<String> bodies = new ArrayList<>();

        String add(String replica, String body) {
            String id = UUID.randomUUID().toString();
            ids.add(id);
            replicas.add(replica);
            bodies.add(body);
            return id;
        }

        PostgresqlStatement bound(PostgresqlStatement statement) {
            return ids.isEmpty()
                    ? statement
                    : statement
                            .bind(2, ids.toArray(String[]::new))
                            .bind(3, replicas.toArray(String[]::new))
                            .bind(4, bodies.toArray(String[]::new));
        }
    }
}
