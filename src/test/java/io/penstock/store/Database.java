package io.penstock.store;

import io.penstock.loop.Rounds;
import io.penstock.store.connection.DatabaseAddress;
import io.penstock.store.connection.DatabasePool;
import io.penstock.store.replicas.Replicas;
import io.penstock.vault.Vault;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.UUID;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;

/** One application's view of a database: what the store hands to the features, without a Spring context. */
public final class Database implements AutoCloseable {

    private static final int CROWD = 1_001;

    private static final String FEW = """
            CREATE FUNCTION few() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (SELECT COUNT(*) FROM gone) > 1000 THEN RAISE 'too many rows at once'; END IF;
                RETURN NULL;
            END $$""";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final DatabaseAddress address;
    private final ConnectionPool connections;
    private final DatabaseClient client;
    private final Transactions transactions;
    private final Replicas replicas;

    Database(DatabaseAddress address) {
        this.address = address;
        connections = DatabasePool.of(address, 10);
        client = DatabaseClient.create(connections);
        transactions = new SpringTransactions(new R2dbcTransactionManager(connections), new EagerRounds());
        replicas = Replicas.on(address, connections, client, transactions);
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
        return replicas.changes();
    }

    /** A switchboard of its own name, as each replica has one. */
    public Switchboard switchboard(Vault vault, Rounds rounds) {
        return Replicas.switchboard(address, connections, client, vault, rounds);
    }

    /**
     * Puts 1,001 rows into a table and, where the database can be told so, lets no statement delete more than 1,000: one that does takes too
     * long with more of them.
     *
     * @param row the columns and their values, with {@code :key} for a UUID
     */
    public void crowd(String table, String row) {
        Flux.range(0, CROWD)
                .concatMap(_ -> client.sql("INSERT INTO " + table + " " + row)
                        .bind("key", UUID.randomUUID())
                        .then())
                .blockLast(PATIENCE);
        if (address instanceof DatabaseAddress.Server) {
            client.sql(FEW)
                    .then()
                    .then(client.sql("CREATE TRIGGER few AFTER DELETE ON " + table
                                    + " REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION few()")
                            .then())
                    .block(PATIENCE);
        }
    }

    /** How many rows the table has. */
    public Long rows(String table) {
        return client.sql("SELECT COUNT(*) AS n FROM " + table)
                .map(row -> row.get("n", Long.class))
                .one()
                .block(PATIENCE);
    }

    DatabaseAddress address() {
        return address;
    }

    @Override
    public void close() {
        replicas.listening().dispose();
        // reactor-pool 1.2 counts a connection twice that comes back at the very moment when the pool closes, and then
        // complains of it
        connections
                .disposeLater()
                .onErrorComplete(IllegalArgumentException.class)
                .block(PATIENCE);
    }
}
