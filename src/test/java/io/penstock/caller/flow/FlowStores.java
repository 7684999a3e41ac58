package io.penstock.caller.flow;

import io.penstock.store.Database;
import io.penstock.vault.Vault;

/** Flows over a database. */
public final class FlowStores {

    private FlowStores() {}

    public static Flows on(Database database, Vault vault) {
        return new R2dbcFlows(database.client(), database.transactions(), vault);
    }
}
