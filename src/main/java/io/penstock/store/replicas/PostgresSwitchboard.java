package io.penstock.store.replicas;

import io.penstock.store.Sweep;
import io.penstock.store.Switchboard;
import io.penstock.vault.Vault;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Frames by NOTIFY, on one channel for each replica and one for all; what is too large for it is a row that the receiver reads and
 * deletes. Two connections serve it alone, so that it does not wait where the pool is empty.
 */
final class PostgresSwitchboard implements Switchboard {

    static final String ALL = "*";

    private static final String CHANNEL_OF = "penstock_r_";
    private static final String CHANNEL_OF_ALL = "penstock_all";

    private static final String UNFETCHED =
            Sweep.batch("parcels", "id", "created_at < CURRENT_TIMESTAMP - INTERVAL '1' MINUTE");

    private final String self;
    private final DatabaseClient client;
    private final Inbox inbox = new Inbox();
    private final SendingLine sending;
    private final HearingLine hearing;

    PostgresSwitchboard(String self, Vault vault, DatabaseClient client, Mono<PostgresqlConnection> opening) {
        this.self = self;
        this.client = client;
        sending = new SendingLine(vault, opening, inbox);
        hearing = new HearingLine(self, vault, opening, inbox);
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public Mono<Void> send(String replica, byte[] frame) {
        return sending.send(replica, frame);
    }

    @Override
    public Mono<Void> broadcast(byte[] frame) {
        if (frame.length > LARGEST_TO_ALL) {
            throw new IllegalArgumentException(frame.length + " bytes are too many for all replicas");
        }
        return Mono.defer(() -> sending.send(ALL, frame));
    }

    @Override
    public Flux<byte[]> received() {
        return inbox.frames();
    }

    @Override
    public long losses() {
        return inbox.losses();
    }

    /** Endless: sends what is to be sent. */
    Mono<Void> sends() {
        return sending.run();
    }

    /** Endless: hears what is sent. */
    Mono<Void> hears() {
        return hearing.run();
    }

    /** One round: parcels that nobody has fetched are of replicas that are gone. */
    Mono<Void> tidy() {
        return Sweep.all(client.sql(UNFETCHED));
    }

    static String channel(String replica) {
        return replica.equals(ALL) ? CHANNEL_OF_ALL : CHANNEL_OF + replica;
    }

    /** What a frame is sealed with: it opens for nobody but the replica that it is for. */
    static String context(String replica) {
        return "replica|" + replica;
    }
}
