package io.penstock.catalog.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Server;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.database.Stores;
import io.penstock.loop.NoRounds;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Vaults;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** The snapshot that follows single changes, held against one that is read as a whole. */
@ParameterizedClass
@EnumSource(Databases.class)
class KeptSnapshotTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int CHANGES = Integer.getInteger("snapshot.changes", 150);

    private final Database database;
    private final Stores stores;
    private final SnapshotReader reader;
    private final AtomicInteger whole = new AtomicInteger();
    private final MemoryCatalog catalog;

    KeptSnapshotTests(Databases databases) {
        database = databases.fresh();
        stores = Stores.on(database, Vaults.fresh());
        reader = new R2dbcSnapshotReader(database.client(), Stores.choices(database.client()));
        catalog = new MemoryCatalog(new Counted(), database.changes(), new NoRounds());
    }

    private final class Counted implements SnapshotReader {

        @Override
        public Mono<Snapshot> read(Snapshot before) {
            whole.incrementAndGet();
            return reader.read(before);
        }

        @Override
        public Mono<Snapshot> read(Snapshot before, Wanted wanted) {
            return reader.read(before, wanted);
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static <T> T get(Mono<T> mono) {
        return mono.block(PATIENCE);
    }

    private Snapshot read() {
        return Objects.requireNonNull(get(reader.read(Snapshot.EMPTY)));
    }

    @Test
    void isTheOneThatIsReadAsAWholeAfterAnyChanges() {
        long seed = new Random().nextLong();
        var changes = new RandomChanges(stores, new Random(seed));
        catalog.start();
        var following = catalog.follow().subscribe();
        try {
            settled();
            int before = whole.get();
            for (int left = CHANGES; left > 0; ) {
                int some = 1 + (int) (seed >>> left & 3);
                left -= some;
                var _ = Stream.generate(changes::next).limit(some).toList();
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(5))
                        .untilAsserted(() -> assertThat(Told.of(catalog.snapshot()))
                                .as("seed %d after %s", seed, changes)
                                .isEqualTo(Told.of(read())));
            }
            assertThat(whole).hasValue(before);
        } finally {
            following.dispose();
        }
        var kept = catalog.snapshot();
        assertThat(get(catalog.refresh())).as("all of it, read again").isSameAs(kept);
    }

    /** The connection that listens says once that anything may have changed. */
    private void settled() {
        var last = new AtomicInteger();
        await().during(Duration.ofMillis(300))
                .atMost(PATIENCE)
                .until(whole::get, now -> now >= 2 && last.getAndSet(now) == now);
    }

    @Test
    void whatIsAskedForByNameOrIdIsThereThoughNobodyAnnouncedIt() {
        catalog.start();
        var gateway = get(stores.gateways().create(Stores.draft("Große Pumpe"), "ann@example.com"));
        get(stores.features()
                .replace(gateway, Feature.Kind.TOOL, List.of(new Features.Discovered("t", "{\"name\":\"t\"}")), 0));
        var other = get(stores.gateways().create(Stores.draft("other"), "ann@example.com"));

        var byName = get(catalog.refresh(List.of("Große Pumpe")));
        assertThat(byName.gateway(gateway.slug())).isNotNull();
        assertThat(byName.tool(gateway.id(), "t")).isEqualTo("{\"name\":\"t\"}");
        assertThat(byName.gateway(other.id())).isNull();
        assertThat(get(catalog.refresh(List.of(other.id().toString()))).gateway(other.id()))
                .isNotNull();
        get(stores.gateways().delete(other.id(), 1, Mono.empty()));
        assertThat(get(catalog.refresh(List.of(other.id().toString()))).gateway(other.id()))
                .isNull();
        var before = catalog.snapshot();
        assertThat(get(catalog.refresh(List.of("nobody", UUID.randomUUID().toString()))))
                .isSameAs(before);
        assertThat(whole).hasValue(1);
    }

    @Test
    void aVirtualServerIsReadWithWhatIsChosenForItAndNotKnownYet() {
        catalog.start();
        var admin = new Viewer(true, "root@example.com", java.util.Set.of());
        var gateway = get(stores.gateways().create(Stores.draft("a"), "ann@example.com"));
        get(stores.features()
                .replace(gateway, Feature.Kind.TOOL, List.of(new Features.Discovered("t", "{\"name\":\"t\"}")), 0));
        var tool = get(stores.features()
                .list(Feature.Kind.TOOL, admin, Stores.ALL, 10, null)
                .single());
        var server = get(stores.servers()
                .create(
                        RandomChanges.server(
                                "s",
                                NameStyle.PREFIXED,
                                new Server.Chosen(List.of(tool.id()), List.of(), List.of(), List.of())),
                        admin));

        var read = get(catalog.refresh(List.of(server.id().toString())));

        assertThat(read.showing(server.id(), admin).features().get(Feature.Kind.TOOL))
                .containsOnlyKeys("a-t");
        assertThat(whole).hasValue(1);
    }

    @Test
    void aNewVirtualServerIsReadWithWhatItsGatewayOffersByNow() {
        catalog.start();
        var admin = new Viewer(true, "root@example.com", java.util.Set.of());
        var gateway = get(stores.gateways().create(Stores.draft("a"), "ann@example.com"));
        assertThat(get(catalog.refresh(List.of("a"))).gateway(gateway.id())).isNotNull();
        get(stores.features()
                .replace(gateway, Feature.Kind.TOOL, List.of(new Features.Discovered("t", "{\"name\":\"t\"}")), 0));
        var server = get(stores.servers()
                .create(
                        RandomChanges.server(
                                "s",
                                NameStyle.ORIGINAL,
                                new Server.Chosen(List.of(), List.of(), List.of(), List.of(gateway.id()))),
                        admin));

        var read = get(catalog.refresh(List.of(server.id().toString())));

        assertThat(read.showing(server.id(), admin).features().get(Feature.Kind.TOOL))
                .containsOnlyKeys("t");
        assertThat(whole).hasValue(1);
    }
}
