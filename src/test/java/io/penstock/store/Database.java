package io.penstock.store;

import io.penstock.loop.Rounds;
import io.penstock.vault.Vault;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** One application's view of a database: what the store hands to the features, without a Spring context. */
public final class Database implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final DatabaseAddress address;
    private final ConnectionPool connections;
    private final DatabaseClient client;
    private final Transactions transactions;
    private final Changes changes;
    private final Disposable listening;

    Database(DatabaseAddress address) {
        this.address = address;
        connections = StoreConfiguration.pool(address, 10);
        client = DatabaseClient.create(connections);
        transactions = new SpringTransactions(new R2dbcTransactionManager(connections), new EagerRounds());
        Noticeboard board = new Noticeboard();
        switch (address) {
            case DatabaseAddress.Embedded embedded -> {
                changes = new LocalChanges(board, transactions);
                listening = Disposables.disposed();
            }
            case DatabaseAddress.Server _ -> {
                var postgres = new PostgresChanges(board, client, StoreConfiguration.line(connections));
                changes = postgres;
                listening = postgres.listen().subscribe();
            }
        }
    }

    /** Another application on the same database; on H2 only after this one is closed. */
    public Database again() {
        return new Database(address);
    }

    public ConnectionPool connections() {
        return connections;
    }

    public DatabaseClient client() {
        return client;
    }

    public Transactions transactions() {
        return transactions;
    }

    public Changes changes() {
        return changes;
    }

    /** A switchboard of its own name, as each replica has one. */
    public Switchboard switchboard(Vault vault, Rounds rounds) {
        return new StoreConfiguration().switchboard(address, connections, client, vault, rounds);
    }

    DatabaseAddress address() {
        return address;
    }

    @Override
    public void close() {
        listening.dispose();
        // reactor-pool 1.2 counts a connection twice that comes back at the very moment when the pool closes, and then
        // complains of it
        connections
                .disposeLater()
                .onErrorComplete(IllegalArgumentException.class)
                .block(PATIENCE);
    }
}
