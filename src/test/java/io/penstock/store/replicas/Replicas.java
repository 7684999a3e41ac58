package io.penstock.store.replicas;

import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Switchboard;
import io.penstock.store.Transactions;
import io.penstock.store.connection.DatabaseAddress;
import io.penstock.vault.Vault;
import io.r2dbc.pool.ConnectionPool;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** What one replica hears of the others, without a Spring context. */
public record Replicas(Changes changes, Disposable listening) {

    public static Replicas on(
            DatabaseAddress address, ConnectionPool pool, DatabaseClient client, Transactions transactions) {
        var board = new Noticeboard();
        return switch (address) {
            case DatabaseAddress.Embedded _ ->
                new Replicas(new LocalChanges(board, transactions), Disposables.disposed());
            case DatabaseAddress.Server _ -> {
                var changes = new PostgresChanges(board, client, ReplicasConfiguration.line(pool));
                yield new Replicas(changes, changes.listen().subscribe());
            }
        };
    }

    public static Switchboard switchboard(
            DatabaseAddress address, ConnectionPool pool, DatabaseClient client, Vault vault, Rounds rounds) {
        return new ReplicasConfiguration().switchboard(address, pool, client, vault, rounds);
    }
}
