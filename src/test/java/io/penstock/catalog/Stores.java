package io.penstock.catalog;

import io.penstock.store.Changes;
import io.penstock.store.Database;
import io.penstock.vault.Vault;
import java.net.URI;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** The stores of one replica on a test's database. */
public record Stores(Gateways gateways, Features features, Servers servers, Snapshotting snapshots) {

    /** Reads all of it, each time for the snapshot that follows the last one. */
    static final class Snapshotting {

        private final SnapshotReader reader;
        private Snapshot last = Snapshot.EMPTY;

        private Snapshotting(SnapshotReader reader) {
            this.reader = reader;
        }

        Mono<Snapshot> read() {
            return Mono.defer(() -> reader.read(last)).doOnNext(read -> last = read);
        }
    }

    public static final Filter ALL = new Filter(null, null, null, null, null, null, null);
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
                new DraftRules(new HeaderRules("X-Authenticated-User", "", "")),
                new Sealing(vault),
                names,
                new DueGateways(client, database.transactions(), changes),
                events);
        var discoveries = new Discoveries(
                client, database.transactions(), changes, names, new NameClaims(client, events), events);
        var choices = new ServerChoices(client);
        return new Stores(
                gateways,
                new R2dbcFeatures(client, database.transactions(), changes, discoveries),
                new R2dbcServers(client, database.transactions(), changes, choices, new ServerNames(client)),
                new Snapshotting(new R2dbcSnapshotReader(client, choices)));
    }

    public static Gateways.Draft draft(String name) {
        return draft(name, new UpstreamAuth.None());
    }

    public static Gateways.Draft draft(String name, UpstreamAuth auth) {
        return draft(name, auth, Visibility.PUBLIC, null);
    }

    static Gateways.Draft draft(String name, UpstreamAuth auth, Visibility visibility, String team) {
        return new Gateways.Draft(
                name,
                URI.create("http://upstream.example:9000/mcp"),
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
