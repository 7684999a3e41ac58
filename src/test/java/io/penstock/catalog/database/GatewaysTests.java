package io.penstock.catalog.database;

import static io.penstock.catalog.database.Stores.ADMIN;
import static io.penstock.catalog.database.Stores.ALL;
import static io.penstock.catalog.database.Stores.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Secret;
import io.penstock.vault.Vaults;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What every database must do for gateways. */
@ParameterizedClass
@EnumSource(Databases.class)
class GatewaysTests {

    private static final Gateway.Condition WELL =
            new Gateway.Condition(true, 0, null, "2025-11-25", "streamable_http", "{}", "{}");

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String OWNER = "ann@example.com";

    private final Database database;
    private final Gateways gateways;
    private final Features features;

    GatewaysTests(Databases databases) {
        database = databases.fresh();
        var stores = Stores.on(database, Vaults.fresh());
        gateways = stores.gateways();
        features = stores.features();
    }

    @BeforeEach
    void nothingIsThere() {
        assertThat(get(list(ADMIN, ALL))).isEmpty();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static <T> T get(Mono<T> mono) {
        return mono.block(PATIENCE);
    }

    private Mono<List<String>> list(Viewer viewer, Filter filter) {
        return gateways.list(viewer, filter, 100, null).map(Gateway::name).collectList();
    }

    private Gateway create(String name) {
        return get(gateways.create(draft(name), OWNER));
    }

    private static <R extends Reason> R refused(Class<R> reason, ThrowingCallable call) {
        var refusals = new ArrayList<Reason>();
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> refusals.add(refusal.reason()));
        assertThat(refusals.getFirst()).isInstanceOf(reason);
        return reason.cast(refusals.getFirst());
    }

    private static Mono<Boolean> well(Gateways gateways, Gateway gateway, Duration nextIn) {
        return gateways.checked(gateway, WELL, Gateways.Heard.ANSWER, nextIn);
    }

    private static Gateways.Draft at(Gateways.Draft draft, String url, UpstreamAuth auth) {
        return new Gateways.Draft(
                draft.name(),
                URI.create(url),
                draft.description(),
                draft.transport(),
                auth,
                draft.visibility(),
                draft.teamId(),
                draft.tags(),
                draft.passthroughHeaders(),
                draft.checkInterval(),
                DriftPolicy.WARN,
                false,
                null);
    }

    @Test
    void keepsAllThatAUserDecides() {
        var draft = new Gateways.Draft(
                "My Server",
                URI.create("https://upstream.example/mcp?x=1"),
                "All kinds of “things”",
                Transport.STREAMABLEHTTP,
                new UpstreamAuth.Bearer(new Secret("t0ken")),
                Visibility.TEAM,
                "team-alpha",
                List.of("eu", "blue, green"),
                List.of("X-Tenant"),
                Duration.ofSeconds(30),
                DriftPolicy.WARN,
                false,
                null);

        var created = get(gateways.create(draft, OWNER));

        assertThat(created.slug()).isEqualTo("my-server");
        assertThat(created.name()).isEqualTo(draft.name());
        assertThat(created.url()).isEqualTo(draft.url());
        assertThat(created.description()).isEqualTo(draft.description());
        assertThat(created.transport()).isEqualTo(draft.transport());
        assertThat(created.visibility()).isEqualTo(draft.visibility());
        assertThat(created.teamId()).isEqualTo(draft.teamId());
        assertThat(created.tags()).isEqualTo(draft.tags());
        assertThat(created.passthroughHeaders()).isEqualTo(draft.passthroughHeaders());
        assertThat(created.checkInterval()).isEqualTo(draft.checkInterval());
        assertThat(created.owner()).isEqualTo(OWNER);
        assertThat(created.enabled()).isTrue();
        assertThat(created.version()).isEqualTo(1);
        assertThat(created.status()).isEqualTo(Gateway.Status.UNSEEN);
        assertThat(get(gateways.find(created.id()))).usingRecursiveComparison().isEqualTo(created);
        assertThat(get(gateways.open(created))).isEqualTo(draft.auth());
    }

    @Test
    void findsNothingWhereThereIsNone() {
        assertThat(get(gateways.find(UUID.randomUUID()))).isNull();
        assertThat(get(gateways.update(UUID.randomUUID(), draft("x"), 1))).isNull();
        assertThat(get(gateways.enable(UUID.randomUUID(), true, 1))).isNull();
        assertThat(get(gateways.delete(UUID.randomUUID(), 1, Mono.empty()))).isFalse();
    }

    @Test
    void aTakenNameSaysWhichAndWhatToDo() {
        var first = create("My Server");

        var conflict = refused(Reason.Conflict.class, () -> create("my server!"));

        assertThat(conflict.detail())
                .isEqualTo("The name \"my server!\" gives the slug \"my-server\", which another gateway has:"
                        + " choose another name, or change that gateway");
        var other = create("other");
        refused(Reason.Conflict.class, () -> get(gateways.update(other.id(), draft("MY SERVER"), other.version())));
        assertThat(get(gateways.find(first.id())).name()).isEqualTo("My Server");
        assertThat(get(gateways.find(other.id())).name()).isEqualTo("other");
    }

    @Test
    void ofParallelCreationsOfOneNameExactlyOneWins() {
        var outcomes = get(Flux.range(0, 8)
                .flatMap(_ -> gateways.create(draft("Race"), OWNER)
                        .map(_ -> "created")
                        .onErrorResume(
                                Refusal.class,
                                refusal -> Mono.just(refusal.reason().getClass().getSimpleName())))
                .collectList());

        assertThat(outcomes).hasSize(8).containsOnlyOnce("created");
        assertThat(outcomes).filteredOn("Conflict"::equals).hasSize(7);
        assertThat(get(list(ADMIN, ALL))).containsExactly("Race");
    }

    @Test
    void namesAllFieldsOfADraftThatCannotBeKept() {
        var bad = new Gateways.Draft(
                "日本",
                URI.create("http://upstream.example/mcp"),
                "nul\0",
                Transport.AUTO,
                new UpstreamAuth.Headers(List.of(
                        new UpstreamAuth.Headers.Header("Host", new Secret("a")),
                        new UpstreamAuth.Headers.Header("X-Key", new Secret("s3cret\r\nEvil: 1")),
                        new UpstreamAuth.Headers.Header("x-key", new Secret("b")))),
                Visibility.TEAM,
                null,
                List.of(),
                List.of("Authorization"),
                null,
                DriftPolicy.WARN,
                false,
                null);

        var invalid = refused(Reason.Invalid.class, () -> get(gateways.create(bad, OWNER)));

        assertThat(invalid.fields())
                .extracting(Reason.Invalid.Field::field)
                .containsExactlyInAnyOrder(
                        "name",
                        "team_id",
                        "description",
                        "passthrough_headers[0]",
                        "auth_headers[0].key",
                        "auth_headers[1].value",
                        "auth_headers[2].key");
        assertThat(invalid.fields().toString()).doesNotContain("s3cret");
    }

    @Test
    void refusesCredentialsThatCannotBeSent() {
        record Case(UpstreamAuth auth, String field) {}
        var cases = List.of(
                new Case(new UpstreamAuth.Bearer(new Secret("Bearer abc")), "auth_token"),
                new Case(new UpstreamAuth.Bearer(new Secret("")), "auth_token"),
                new Case(new UpstreamAuth.Basic("a:b", new Secret("c")), "auth_username"),
                new Case(new UpstreamAuth.Basic("a", new Secret("c\n")), "auth_password"),
                new Case(new UpstreamAuth.Headers(List.of()), "auth_headers"),
                new Case(new UpstreamAuth.QueryParam("", new Secret("c")), "auth_query_param_key"),
                new Case(new UpstreamAuth.QueryParam("k\r\n", new Secret("c")), "auth_query_param_key"),
                new Case(new UpstreamAuth.QueryParam("k", new Secret("")), "auth_query_param_value"));

        for (var one : cases) {
            var invalid = refused(Reason.Invalid.class, () -> get(gateways.create(draft("x", one.auth()), OWNER)));
            assertThat(invalid.fields()).extracting(Reason.Invalid.Field::field).containsExactly(one.field());
        }
    }

    @Test
    void showsWhichCredentialThereIsWithoutIt() {
        record Case(UpstreamAuth auth, String type, String shown) {}
        var cases = List.of(
                new Case(new UpstreamAuth.None(), "none", "{}"),
                new Case(new UpstreamAuth.Bearer(new Secret("s3cret")), "bearer", "{\"auth_token\":\"*****\"}"),
                new Case(
                        new UpstreamAuth.Basic("user", new Secret("s3cret")),
                        "basic",
                        "{\"auth_username\":\"user\",\"auth_password\":\"*****\"}"),
                new Case(
                        new UpstreamAuth.Headers(List.of(
                                new UpstreamAuth.Headers.Header("X-Key", new Secret("s3cret")),
                                new UpstreamAuth.Headers.Header("X-Other", new Secret("s3cret too")))),
                        "headers",
                        "{\"auth_headers\":[{\"key\":\"X-Key\",\"value\":\"*****\"},"
                                + "{\"key\":\"X-Other\",\"value\":\"*****\"}]}"),
                new Case(
                        new UpstreamAuth.QueryParam("key", new Secret("s3cret")),
                        "query_param",
                        "{\"auth_query_param_key\":\"key\",\"auth_query_param_value\":\"*****\"}"));

        for (var one : cases) {
            var gateway = get(gateways.create(draft(one.type(), one.auth()), OWNER));
            assertThat(gateway.auth().type()).isEqualTo(one.type());
            assertThat(gateway.auth().shown()).isEqualTo(one.shown());
            assertThat(get(gateways.open(gateway))).isEqualTo(one.auth());
            assertThat(gateway.toString()).doesNotContain("s3cret");
            assertThat(new String(gateway.auth().sealed(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("s3cret");
        }
    }

    /** What a key's rotation does to a row in the middle of a check. */
    @Test
    void aCheckCountsThoughTheCredentialWasSealedAnewMeanwhile() {
        var before = get(gateways.create(draft("a", new UpstreamAuth.Bearer(new Secret("token-of-a"))), OWNER));
        get(database.client()
                .sql("UPDATE gateways SET auth_sealed = $1 WHERE id = $2")
                .bind(0, new byte[] {1, 2, 3})
                .bind(1, before.id())
                .then());

        get(well(gateways, before, Duration.ofHours(1)));

        var after = get(gateways.find(before.id()));
        assertThat(after.status().condition().healthy()).isTrue();
        assertThat(after.auth().id()).isEqualTo(before.auth().id());
        assertThat(after.version()).isEqualTo(before.version());
    }

    @Test
    void aCredentialCopiedToAnotherRowDoesNotOpenThere() {
        var a = get(gateways.create(draft("a", new UpstreamAuth.Bearer(new Secret("token-of-a"))), OWNER));
        var b = get(gateways.create(draft("b", new UpstreamAuth.Bearer(new Secret("token-of-b"))), OWNER));
        get(database.client()
                .sql("UPDATE gateways SET auth_sealed = (SELECT x.auth_sealed FROM gateways x WHERE x.id = $1)"
                        + " WHERE id = $2")
                .bind(0, a.id())
                .bind(1, b.id())
                .then());

        var swapped = get(gateways.find(b.id()));

        assertThat(swapped.auth().sealed()).isEqualTo(a.auth().sealed());
        refused(Reason.Unavailable.class, () -> get(gateways.open(swapped)));
        assertThat(get(gateways.open(a))).isEqualTo(new UpstreamAuth.Bearer(new Secret("token-of-a")));
    }

    @Test
    void aCredentialOfAnotherOwnerTypeOrKeyDoesNotOpen() {
        var stored = get(gateways.create(draft("a", new UpstreamAuth.Bearer(new Secret("token"))), OWNER));
        for (var change : List.of("owner = 'eve@example.com'", "auth_type = 'basic'", "auth_type = 'none'")) {
            get(database.client().sql("UPDATE gateways SET " + change).then());
            var changed = get(gateways.find(stored.id()));
            refused(Reason.Unavailable.class, () -> get(gateways.open(changed)));
            get(database.client()
                    .sql("UPDATE gateways SET owner = $1, auth_type = 'bearer'")
                    .bind(0, OWNER)
                    .then());
        }
        assertThat(get(gateways.open(get(gateways.find(stored.id())))))
                .isEqualTo(new UpstreamAuth.Bearer(new Secret("token")));

        var otherKey = Stores.on(database, Vaults.fresh()).gateways();
        var refused = refused(Reason.Unavailable.class, () -> get(otherKey.open(stored)));
        assertThat(refused.detail()).contains("an operator must set it again").doesNotContain("token");
    }

    @Test
    void aCredentialThatDoesNotOpenIsMendedBySendingItAgain() {
        var stored = get(gateways.create(draft("a", new UpstreamAuth.Bearer(new Secret("token"))), OWNER));
        var otherKey = Stores.on(database, Vaults.fresh()).gateways();

        var mended = get(otherKey.update(
                stored.id(), draft("a", new UpstreamAuth.Bearer(new Secret("token"))), stored.version()));

        assertThat(get(otherKey.open(mended))).isEqualTo(new UpstreamAuth.Bearer(new Secret("token")));
    }

    @Test
    void aStaleVersionChangesNothing() {
        var stored = create("a");
        var current = get(gateways.enable(stored.id(), false, 1));

        assertThat(current.version()).isEqualTo(2);
        var stale = refused(Reason.Stale.class, () -> get(gateways.update(stored.id(), draft("b"), 1)));
        assertThat(stale.detail()).contains("its version is 2, not 1");
        refused(Reason.Stale.class, () -> get(gateways.enable(stored.id(), true, 1)));
        refused(Reason.Stale.class, () -> get(gateways.delete(stored.id(), 1, Mono.empty())));
        assertThat(get(gateways.find(stored.id()))).usingRecursiveComparison().isEqualTo(current);
    }

    @Test
    void ofParallelChangesOfOneVersionExactlyOneWins() {
        var stored = create("a");

        var outcomes = get(Flux.range(0, 6)
                .flatMap(i -> gateways.update(stored.id(), draft("a" + i), 1)
                        .map(_ -> "changed")
                        .onErrorResume(
                                Refusal.class,
                                refusal -> Mono.just(refusal.reason().getClass().getSimpleName())))
                .collectList());

        assertThat(outcomes)
                .containsOnlyOnce("changed")
                .filteredOn("Stale"::equals)
                .hasSize(5);
        assertThat(get(gateways.find(stored.id())).version()).isEqualTo(2);
    }

    @Test
    void identicalDataIsNoChange() {
        var auth = new UpstreamAuth.Bearer(new Secret("token"));
        var stored = get(gateways.create(draft("a", auth), OWNER));

        var sentAgain = get(gateways.update(stored.id(), draft("a", auth), 1));
        var kept = get(gateways.update(stored.id(), draft("a", null), 1));

        assertThat(sentAgain).usingRecursiveComparison().isEqualTo(stored);
        assertThat(kept).usingRecursiveComparison().isEqualTo(stored);
        assertThat(get(gateways.enable(stored.id(), true, 1)).version()).isEqualTo(1);
    }

    @Test
    void aNewUrlTransportOrCredentialMakesItDueAndUnknownAgain() {
        var auth = new UpstreamAuth.Bearer(new Secret("token"));
        var stored = get(gateways.create(draft("a", auth), OWNER));
        var drafts = List.of(
                at(draft("a"), "http://upstream.example:9000/other", null),
                at(draft("a"), "http://elsewhere.example/mcp", new UpstreamAuth.Bearer(new Secret("new"))),
                at(draft("a"), "http://elsewhere.example/mcp", new UpstreamAuth.None()));
        for (var draft : drafts) {
            var before = get(gateways.find(stored.id()));
            get(well(gateways, before, Duration.ofHours(1)));
            assertThat(get(gateways.find(stored.id())).status().condition().healthy())
                    .isTrue();
            assertThat(get(gateways.claimDue(10, Duration.ofSeconds(30)).collectList()))
                    .isEmpty();

            var after = get(gateways.update(stored.id(), draft, before.version()));

            assertThat(after.version()).isEqualTo(before.version() + 1);
            assertThat(after.status()).isEqualTo(Gateway.Status.UNSEEN);
            assertThat(get(gateways.claimDue(10, Duration.ofSeconds(30)).collectList()))
                    .hasSize(1);
        }
    }

    @Test
    void anotherDescriptionLeavesTheStatus() {
        var stored = create("a");
        get(well(gateways, stored, Duration.ofHours(1)));

        var renamed = get(gateways.update(stored.id(), draft("b"), 1));

        assertThat(renamed.status().condition().healthy()).isTrue();
        assertThat(get(gateways.claimDue(10, Duration.ofSeconds(30)).collectList()))
                .isEmpty();
    }

    @Test
    void aStoredCredentialIsNotPointedElsewhere() {
        var auth = new UpstreamAuth.Bearer(new Secret("token"));
        var stored = get(gateways.create(draft("a", auth), OWNER));
        for (var url : List.of(
                "http://evil.example:9000/mcp",
                "http://upstream.example:9001/mcp",
                "https://upstream.example:9000/mcp")) {
            var invalid = refused(
                    Reason.Invalid.class, () -> get(gateways.update(stored.id(), at(draft("a"), url, null), 1)));

            assertThat(invalid.fields().getFirst().field()).isEqualTo("url");
        }
        assertThat(get(gateways.find(stored.id())).url()).isEqualTo(stored.url());
        assertThat(get(gateways.update(stored.id(), at(draft("a"), "http://evil.example/mcp", auth), 1))
                        .version())
                .isEqualTo(2);
    }

    @Test
    void deletingTakesWhatItOffersAndItsEventsAlong() {
        var stored = create("a");
        get(features.replace(stored, Feature.Kind.TOOL, List.of(new Features.Discovered("t", "{}")), 0));
        get(gateways.addEvent(stored.id(), GatewayEvent.Kind.REFRESH, "{}"));

        assertThat(get(gateways.delete(stored.id(), 1, Mono.empty()))).isTrue();

        assertThat(get(gateways.find(stored.id()))).isNull();
        for (var table : List.of("features", "gateway_events")) {
            assertThat(get(database.client()
                            .sql("SELECT COUNT(*) AS n FROM " + table)
                            .map(row -> row.get("n", Long.class))
                            .one()))
                    .isZero();
        }
        get(gateways.addEvent(stored.id(), GatewayEvent.Kind.HEALTH, "{}"));
        assertThat(get(gateways.events(stored.id(), 10, null).collectList())).isEmpty();
    }

    @Test
    void aViewerSeesThePublicTheirOwnAndTheirTeams() {
        get(gateways.create(draft("public", new UpstreamAuth.None(), Visibility.PUBLIC, null), OWNER));
        get(gateways.create(draft("alpha", new UpstreamAuth.None(), Visibility.TEAM, "alpha"), OWNER));
        get(gateways.create(draft("beta", new UpstreamAuth.None(), Visibility.TEAM, "beta"), OWNER));
        get(gateways.create(draft("private", new UpstreamAuth.None(), Visibility.PRIVATE, null), OWNER));
        get(gateways.create(draft("private team", new UpstreamAuth.None(), Visibility.PRIVATE, "alpha"), OWNER));

        assertThat(get(list(new Viewer(false, "eve@example.com", Set.of()), ALL)))
                .containsExactly("public");
        assertThat(get(list(new Viewer(false, "bob@example.com", Set.of("alpha", "gamma")), ALL)))
                .containsExactlyInAnyOrder("public", "alpha");
        assertThat(get(list(new Viewer(false, OWNER, Set.of()), ALL))).hasSize(5);
        assertThat(get(list(ADMIN, ALL))).hasSize(5);
        assertThat(get(gateways.list(new Viewer(false, "eve@example.com", Set.of()), ALL, 1, null)
                        .map(Gateway::name)
                        .collectList()))
                .containsExactly("public");
    }

    @Test
    void filtersNarrow() {
        get(gateways.create(
                new Gateways.Draft(
                        "Weather",
                        URI.create("http://w.example/mcp"),
                        "Rain, 100% sure",
                        Transport.AUTO,
                        null,
                        Visibility.TEAM,
                        "alpha",
                        List.of("eu", "blue"),
                        List.of(),
                        null,
                        DriftPolicy.WARN,
                        false,
                        null),
                OWNER));
        var other = create("other_one");
        get(gateways.enable(other.id(), false, 1));

        assertThat(get(list(ADMIN, new Filter(other.id(), null, null, null, null, null, null, null, null))))
                .containsExactly("other_one");
        assertThat(get(list(ADMIN, new Filter(null, "Weather", null, null, null, null, null, null, null))))
                .containsExactly("Weather");
        assertThat(get(list(ADMIN, new Filter(null, null, "alpha", null, null, null, null, null, null))))
                .containsExactly("Weather");
        assertThat(get(list(ADMIN, new Filter(null, null, null, Visibility.PUBLIC, null, null, null, null, null))))
                .containsExactly("other_one");
        assertThat(get(list(ADMIN, new Filter(null, null, null, null, "blue", null, null, null, null))))
                .containsExactly("Weather");
        assertThat(get(list(ADMIN, new Filter(null, null, null, null, "bl", null, null, null, null))))
                .isEmpty();
        assertThat(get(list(ADMIN, new Filter(null, null, null, null, null, "rAIN", null, null, null))))
                .containsExactly("Weather");
        assertThat(get(list(ADMIN, new Filter(null, null, null, null, null, "%", null, null, null))))
                .containsExactly("Weather");
        assertThat(get(list(ADMIN, new Filter(null, null, null, null, null, "_", null, null, null))))
                .containsExactly("other_one");
        assertThat(get(list(ADMIN, new Filter(null, null, null, null, null, "\\", null, null, null))))
                .isEmpty();
        assertThat(get(list(ADMIN, new Filter(null, null, null, null, null, null, false, null, null))))
                .containsExactly("other_one");
        assertThat(get(list(ADMIN, new Filter(null, "Weather", null, null, null, null, false, null, null))))
                .isEmpty();
        var ids = Set.of(other.id(), UUID.randomUUID());
        assertThat(get(list(ADMIN, new Filter(null, null, null, null, null, null, null, ids, null))))
                .containsExactly("other_one");
    }

    @Test
    void thoseThatAreNotWellAreToBeHadAlone() {
        var well = get(gateways.create(draft("well", new UpstreamAuth.None()), OWNER));
        var unwell = get(gateways.create(draft("unwell", new UpstreamAuth.None()), OWNER));
        create("unknown");
        get(well(gateways, well, Duration.ofHours(1)));
        get(database.client()
                .sql("UPDATE gateways SET healthy = FALSE WHERE id = $1")
                .bind(0, unwell.id())
                .then());

        assertThat(get(list(ADMIN, new Filter(null, null, null, null, null, null, null, null, true))))
                .containsExactly("well");
        assertThat(get(list(ADMIN, new Filter(null, null, null, null, null, null, null, null, false))))
                .containsExactly("unwell");
    }

    @Test
    void pagesAreCompleteAndStableWhileRowsAreInserted() {
        var before = new HashSet<UUID>();
        for (int i = 0; i < 25; i++) {
            before.add(create("g" + i).id());
        }
        var seen = new ArrayList<UUID>();
        Cursor cursor = null;
        for (int page = 0; page < 4; page++) {
            var rows = get(gateways.list(ADMIN, ALL, 7, cursor).collectList());
            rows.forEach(row -> seen.add(row.id()));
            cursor = new Cursor(rows.getLast().createdAt(), rows.getLast().id());
            create("later" + page);
        }

        assertThat(seen).containsExactlyInAnyOrderElementsOf(before);
        assertThat(get(gateways.list(ADMIN, ALL, 7, cursor).collectList())).isEmpty();
        assertThat(get(gateways.list(ADMIN, ALL, 100, null).collectList()))
                .isSortedAccordingTo(
                        java.util.Comparator.comparing(Gateway::createdAt).reversed());
    }

    @Test
    void twoReplicasNeverClaimTheSameRow() {
        for (int i = 0; i < 40; i++) {
            create("g" + i);
        }
        var other = Stores.on(database, Vaults.fresh()).gateways();

        var claimed = get(Flux.range(0, 12)
                .flatMap(i -> (i % 2 == 0 ? gateways : other)
                        .claimDue(5, Duration.ofSeconds(30))
                        .map(Gateway::id))
                .collectList());
        var rest =
                get(other.claimDue(100, Duration.ofSeconds(30)).map(Gateway::id).collectList());

        claimed.addAll(rest);
        assertThat(claimed).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void aLeaseEndsByItself() {
        var stored = create("a");
        var lease = Duration.ofSeconds(30);
        assertThat(get(gateways.claimDue(1, lease).collectList())).hasSize(1);
        assertThat(get(gateways.claimDue(1, lease).collectList())).isEmpty();

        get(database.client()
                .sql("UPDATE gateways SET lease_until = CURRENT_TIMESTAMP - INTERVAL '1' SECOND")
                .then());

        assertThat(get(gateways.claimDue(1, lease).map(Gateway::id).collectList()))
                .containsExactly(stored.id());
    }

    @Test
    void whoLostTheLeaseWritesNothing() {
        create("a");
        var other = Stores.on(database, Vaults.fresh()).gateways();
        var late = get(gateways.claimDue(1, Duration.ofMillis(1)).next());
        var holder =
                get(Mono.defer(() -> other.claimDue(1, Duration.ofSeconds(30)).next())
                        .repeatWhenEmpty(tries ->
                                tries.delayElements(Duration.ofMillis(20)).take(100)));

        get(well(gateways, late, Duration.ofHours(1)));
        assertThat(get(gateways.find(late.id())).status().condition().healthy()).isNull();

        get(well(other, holder, Duration.ofHours(1)));
        assertThat(get(gateways.find(late.id())).status().condition()).isEqualTo(WELL);
    }

    @Test
    void aCheckOfAReplacedUrlWritesNothing() {
        create("a");
        var claimed = get(gateways.claimDue(1, Duration.ofSeconds(30)).next());
        get(gateways.update(claimed.id(), at(draft("a"), "http://new.example/mcp", null), 1));

        get(well(gateways, claimed, Duration.ofHours(1)));

        assertThat(get(gateways.find(claimed.id())).status().condition().healthy())
                .isNull();
        assertThat(get(gateways.claimDue(1, Duration.ofSeconds(30)).next()).url())
                .isEqualTo(URI.create("http://new.example/mcp"));
    }

    @Test
    void whatIsSwitchedOffIsNotClaimed() {
        var stored = create("a");
        var off = get(gateways.enable(stored.id(), false, 1));
        assertThat(get(gateways.claimDue(10, Duration.ofSeconds(30)).collectList()))
                .isEmpty();

        get(gateways.enable(stored.id(), true, off.version()));
        assertThat(get(gateways.claimDue(10, Duration.ofSeconds(30)).collectList()))
                .hasSize(1);
    }

    @Test
    void aCheckIsDueAgainWhenItSays() {
        var stored = create("a");
        get(well(gateways, stored, Duration.ofMillis(1)));

        var due = get(
                Mono.defer(() -> gateways.claimDue(1, Duration.ofSeconds(30)).next())
                        .repeatWhenEmpty(tries ->
                                tries.delayElements(Duration.ofMillis(20)).take(100)));

        assertThat(due.status().condition()).isEqualTo(WELL);
        assertThat(due.version()).isEqualTo(1);
    }

    @Test
    void theDatabaseSaysWhenSomethingWasHeard() {
        var stored = create("a");

        read(stored);
        var read = get(gateways.find(stored.id())).status();
        get(gateways.checked(stored, WELL, Gateways.Heard.ANSWER, Duration.ofHours(1)));
        var answered = get(gateways.find(stored.id())).status();
        get(gateways.checked(stored, WELL, Gateways.Heard.NOTHING, Duration.ofHours(1)));
        var silent = get(gateways.find(stored.id())).status();

        assertThat(read.discoveredAt()).isNotNull().isEqualTo(read.lastSeenAt()).isEqualTo(read.lastCheckedAt());
        assertThat(answered.discoveredAt()).isEqualTo(read.discoveredAt());
        assertThat(answered.lastSeenAt()).isEqualTo(answered.lastCheckedAt()).isAfter(read.lastSeenAt());
        assertThat(silent.discoveredAt()).isEqualTo(read.discoveredAt());
        assertThat(silent.lastSeenAt()).isEqualTo(answered.lastSeenAt());
        assertThat(silent.lastCheckedAt()).isAfter(answered.lastCheckedAt());
    }

    @Test
    void whatIsSaidToHaveChangedDuringACheckIsNotTakenForRead() {
        var stored = create("a");
        read(stored);
        var underWay = get(gateways.find(stored.id()));

        get(gateways.stale(stored.id()));
        get(gateways.checked(underWay, WELL, Gateways.Heard.ANSWER, Duration.ofHours(1)));

        assertThat(get(gateways.find(stored.id())).status().discoveredAt()).isNull();
    }

    @Test
    void listsThatAreSaidToChangeWhileTheyAreReadAreReadOnceMore() {
        create("a");
        var reading = get(gateways.claimDue(1, Duration.ofSeconds(30)).next());
        var begun = get(gateways.beginReading(reading.id()));
        get(gateways.stale(reading.id()));
        get(gateways.checked(reading, WELL, Gateways.Heard.offers(begun), Duration.ofHours(1)));

        assertThat(get(gateways.find(reading.id())).status().discoveredAt()).isNull();
        assertThat(get(gateways.claimDue(1, Duration.ofSeconds(30)).collectList()))
                .isEmpty(); // but not at once
        get(database.client()
                .sql("UPDATE gateways SET next_check_at = next_check_at - INTERVAL '5' SECOND")
                .then());
        var again = get(gateways.claimDue(1, Duration.ofSeconds(30)).next());
        read(again);
        assertThat(get(gateways.find(reading.id())).status().discoveredAt()).isNotNull();
    }

    private void read(Gateway gateway) {
        var begun = get(gateways.beginReading(gateway.id()));
        get(gateways.checked(gateway, WELL, Gateways.Heard.offers(begun), Duration.ofHours(1)));
    }

    @Test
    void aCheckThatIsDueForAChangeDoesNotLetAReadingFromBeforeCountForIt() {
        var stored = create("a");
        read(stored);
        var begun = get(gateways.beginReading(stored.id()));
        get(gateways.stale(stored.id()));
        get(database.client()
                .sql("UPDATE gateways SET next_check_at = next_check_at - INTERVAL '5' SECOND")
                .then());

        var claimed = get(gateways.claimDue(1, Duration.ofSeconds(30)).next());
        get(gateways.checked(claimed, WELL, Gateways.Heard.ANSWER, Duration.ofHours(1)));
        get(gateways.checked(stored, WELL, Gateways.Heard.offers(begun), Duration.ofHours(1)));

        assertThat(get(gateways.find(stored.id())).status().discoveredAt()).isNull();
        read(stored);
        assertThat(get(gateways.find(stored.id())).status().discoveredAt()).isNotNull();
    }

    @Test
    void whatAnOlderReadingFoundDoesNotComeOverWhatANewerOneDid() {
        var stored = create("a");
        long older = get(gateways.beginReading(stored.id()));
        long newer = get(gateways.beginReading(stored.id()));

        get(features.replace(stored, Feature.Kind.TOOL, List.of(new Features.Discovered("new", "{}")), newer));
        var late =
                get(features.replace(stored, Feature.Kind.TOOL, List.of(new Features.Discovered("old", "{}")), older));
        get(gateways.checked(stored, WELL, Gateways.Heard.offers(older), Duration.ofHours(1)));

        assertThat(late).isEqualTo(new Features.Outcome(0, 0, 0));
        assertThat(get(features.list(Feature.Kind.TOOL, Stores.ADMIN, Stores.ALL, 10, null)
                        .map(Feature::originalName)
                        .collectList()))
                .containsExactly("new");
        assertThat(get(gateways.find(stored.id())).status().discoveredAt()).isNull();
        get(gateways.checked(stored, WELL, Gateways.Heard.offers(newer), Duration.ofHours(1)));
        assertThat(get(gateways.find(stored.id())).status().discoveredAt()).isNotNull();
        assertThat(get(gateways.beginReading(UUID.randomUUID()))).isNull();
    }

    @Test
    void eventsAreListedNewestFirstInPages() {
        var stored = create("a");
        for (int i = 0; i < 5; i++) {
            get(gateways.addEvent(stored.id(), GatewayEvent.Kind.HEALTH, "{\"n\":" + i + "}"));
        }

        var first = get(gateways.events(stored.id(), 3, null).collectList());
        var rest = get(gateways.events(
                        stored.id(),
                        3,
                        new Cursor(first.getLast().at(), first.getLast().id()))
                .collectList());

        assertThat(first).extracting(GatewayEvent::detail).containsExactly("{\"n\":4}", "{\"n\":3}", "{\"n\":2}");
        assertThat(rest).extracting(GatewayEvent::detail).containsExactly("{\"n\":1}", "{\"n\":0}");
    }

    @Test
    void everyWriteIsAnnouncedWhenItIsVisible() {
        var announced = new java.util.concurrent.LinkedBlockingQueue<Topic>();
        var listening = database.changes().announced().subscribe(announced::add);
        try {
            // what is announced before anybody listens to the database is announced to nobody
            await().until(() -> {
                StepVerifier.create(database.changes().announce(Topic.REVOCATIONS))
                        .verifyComplete();
                return announced.contains(Topic.REVOCATIONS);
            });
            var stored = create("a");
            assertThat(next(announced)).isEqualTo(Topic.GATEWAYS);
            get(gateways.update(stored.id(), draft("b"), 1));
            assertThat(next(announced)).isEqualTo(Topic.GATEWAYS);
            // what it offers has other names now
            assertThat(next(announced)).isEqualTo(Topic.FEATURES);
            get(gateways.enable(stored.id(), false, 2));
            assertThat(next(announced)).isEqualTo(Topic.GATEWAYS);
            get(well(gateways, stored, Duration.ofHours(1)));
            assertThat(next(announced)).isEqualTo(Topic.GATEWAYS);
            get(features.replace(stored, Feature.Kind.TOOL, List.of(new Features.Discovered("t", "{}")), 0));
            assertThat(next(announced)).isEqualTo(Topic.FEATURES);
            get(gateways.delete(stored.id(), 3, Mono.empty()));
            assertThat(next(announced)).isEqualTo(Topic.GATEWAYS);
        } finally {
            listening.dispose();
        }
    }

    /** The connection that listens announces {@code ALL} when it is there; revocations are the test's own. */
    private static Topic next(java.util.concurrent.BlockingQueue<Topic> announced) {
        try {
            Topic topic;
            do {
                topic = announced.poll(10, java.util.concurrent.TimeUnit.SECONDS);
            } while (topic == Topic.ALL || topic == Topic.REVOCATIONS);
            return topic;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
