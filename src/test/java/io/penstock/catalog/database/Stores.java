package io.penstock.catalog.database;

import io.penstock.catalog.Drafts;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Features;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Servers;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshotting;
import io.penstock.store.Changes;
import io.penstock.store.Database;
import io.penstock.vault.Vault;
import java.net.URI;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;

/** The stores of one replica on a test's database. */
public record Stores(Gateways gateways, Features features, Servers servers, Snapshotting snapshots) {

    public static final Filter ALL = new Filter(null, null, null, null, null, null, null, null, null);
    public static final Viewer ADMIN = new Viewer(true, "admin@example.com", java.util.Set.of());

    public static Stores on(Database database, Vault vault) {
        return on(database, database.changes(), vault);
    }

    static Stores on(Database database, Changes changes, Vault vault) {
        DatabaseClient client = database.client();
        var names = new FeatureNames(client);
        var events = new GatewayEvents(client);
        var gateways = new R2dbcGateways(
                client,
                database.transactions(),
                changes,
                Drafts.rules(),
                new Sealing(vault),
                names,
                new DueGateways(client, database.transactions(), changes),
                events);
        var discoveries = new Discoveries(
                client, database.transactions(), changes, names, new NameClaims(client, events), events);
        return new Stores(
                gateways,
                new R2dbcFeatures(client, database.transactions(), changes, discoveries),
                new R2dbcServers(client, database.transactions(), changes, choices(client), new ServerNames(client)),
                Snapshotting.of(client));
    }

    /** What virtual servers show, for who reads it. */
    public static ServerChoices choices(DatabaseClient client) {
        return new ServerChoices(client);
    }

    public static Gateways.Draft draft(String name) {
        return draft(name, new UpstreamAuth.None());
    }

    public static Gateways.Draft draft(String name, UpstreamAuth auth) {
        return draft(name, auth, Visibility.PUBLIC, null);
    }

    public static Gateways.Draft draft(String name, URI url, UpstreamAuth auth) {
        return draft(name, url, auth, Visibility.PUBLIC, null);
    }

    static Gateways.Draft draft(String name, UpstreamAuth auth, Visibility visibility, String team) {
        return draft(name, URI.create("http://upstream.example:9000/mcp"), auth, visibility, team);
    }

    private static Gateways.Draft draft(String name, URI url, UpstreamAuth auth, Visibility visibility, String team) {
        return new Gateways.Draft(
                name,
                url,
                null,
                Transport.AUTO,
                auth,
                visibility,
                team,
                List.of(),
                List.of(),
                null,
                DriftPolicy.WARN,
                false,
                null);
    }
}
