package io.penstock.store.replicas;

import io.penstock.vault.Vault;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import java.io.EOFException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The connection that listens, and that fetches the parcels which it hears of. */
final class HearingLine {

    /** Begins a notification that is the frame itself. */
    static final char WHOLE = '.';

    /** Begins one that names a parcel. */
    static final char PARCEL = '#';

    private static final Logger LOG = LoggerFactory.getLogger(HearingLine.class);
    private static final int MOST = 20_000;
    private static final long MOST_CHARACTERS = 64L << 20;
    private static final int BATCH = 256;
    private static final Duration PROBE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String FETCH = "DELETE FROM parcels WHERE id = ANY(CAST($1 AS uuid[])) RETURNING id, body";

    private final String self;
    private final Vault vault;
    private final Mono<PostgresqlConnection> opening;
    private final Inbox inbox;
    private final AtomicBoolean warned = new AtomicBoolean();

    HearingLine(String self, Vault vault, Mono<PostgresqlConnection> opening, Inbox inbox) {
        this.self = self;
        this.vault = vault;
        this.opening = opening;
        this.inbox = inbox;
    }

    private record Notice(String replica, String text) {}

    /** Listens until cancelled. What was sent while there was no connection is lost, so each one begins with saying so. */
    Mono<Void> run() {
        return Flux.usingWhen(SendingLine.connection(opening), this::heard, PostgresqlConnection::close)
                .retryWhen(SendingLine.reconnect("heard"))
                .then();
    }

    /** Notifications are subscribed before LISTEN, so that none falls between it and the word of the loss. */
    private Flux<Object> heard(PostgresqlConnection connection) {
        var notices =
                new Tray<Notice>(MOST, MOST_CHARACTERS, notice -> notice.text().length(), Schedulers.parallel());
        Mono<Void> notified = connection
                .getNotifications()
                .doOnNext(notification -> note(notices, notification))
                .then(Mono.error(new EOFException("the database closed the connection")));
        Mono<Void> listening = connection
                .createStatement("LISTEN " + PostgresSwitchboard.channel(self) + "; LISTEN "
                        + PostgresSwitchboard.channel(PostgresSwitchboard.ALL))
                .execute()
                .flatMap(PostgresqlResult::getRowsUpdated)
                .then(Mono.fromRunnable(inbox::lost));
        Flux<Void> opened = notices.take(BATCH, MOST_CHARACTERS, batch -> fetched(connection, batch))
                .repeat();
        return Flux.merge(notified, listening.thenMany(Flux.merge(opened, probed(connection), SendingLine.stood())));
    }

    private void note(Tray<Notice> notices, Notification notification) {
        boolean all = notification.getName().equals(PostgresSwitchboard.channel(PostgresSwitchboard.ALL));
        String text = Objects.requireNonNullElse(notification.getParameter(), "");
        if (!notices.offer(new Notice(all ? PostgresSwitchboard.ALL : self, text))) {
            inbox.lost();
        }
    }

    /** A connection that hangs says nothing, just like one that nobody uses. Never ends. Error: that nobody answered, or why not. */
    static Flux<Void> probed(PostgresqlConnection connection) {
        return Mono.delay(PROBE)
                .thenMany(connection
                        .createStatement("SELECT pg_listening_channels()")
                        .execute())
                .flatMap(PostgresqlResult::getRowsUpdated)
                .then()
                .timeout(PROBE.plus(PATIENCE))
                .repeat();
    }

    private Mono<Void> fetched(PostgresqlConnection connection, List<Notice> batch) {
        String[] ids = batch.stream()
                .filter(notice -> isParcel(notice.text()))
                .map(notice -> notice.text().substring(1))
                .toArray(String[]::new);
        Mono<Map<String, byte[]>> parcels = ids.length == 0 ? Mono.just(Map.of()) : parcels(connection, ids);
        return parcels.doOnNext(bodies -> batch.forEach(notice -> open(notice, bodies)))
                .then();
    }

    private static Mono<Map<String, byte[]>> parcels(PostgresqlConnection connection, String[] ids) {
        return connection
                .createStatement(FETCH)
                .bind(0, ids)
                .execute()
                .flatMap(result -> result.map((row, metadata) -> Map.entry(
                        Objects.requireNonNull(row.get("id", UUID.class)).toString(),
                        Objects.requireNonNull(row.get("body", byte[].class)))))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .timeout(PATIENCE);
    }

    private void open(Notice notice, Map<String, byte[]> parcels) {
        byte[] sealed = sealed(notice.text(), parcels);
        if (sealed == null) {
            inbox.lost();
            return;
        }
        try {
            inbox.put(vault.open(sealed, PostgresSwitchboard.context(notice.replica())));
        } catch (Vault.SealBroken broken) {
            dropped("is not sealed by a replica with the same AUTH_ENCRYPTION_SECRET");
        }
    }

    /** Null where it is not there or cannot be read. */
    private byte @Nullable [] sealed(String text, Map<String, byte[]> parcels) {
        if (isParcel(text)) {
            return parcels.get(text.substring(1));
        }
        try {
            return Base64.getDecoder().decode(text.substring(Math.min(1, text.length())));
        } catch (IllegalArgumentException noBase64) {
            dropped("is no frame");
            return null;
        }
    }

    private static boolean isParcel(String text) {
        return text.length() > 1 && text.charAt(0) == PARCEL;
    }

    private void dropped(String why) {
        if (warned.compareAndSet(false, true)) {
            LOG.warn("What came from another replica {}, and is dropped; further ones are dropped without a word", why);
        }
    }
}
