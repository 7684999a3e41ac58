package io.penstock.catalog.database;

import static io.penstock.catalog.database.Stores.ADMIN;
import static io.penstock.catalog.database.Stores.ALL;
import static io.penstock.catalog.database.Stores.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Features.Counts;
import io.penstock.catalog.Features.Discovered;
import io.penstock.catalog.Features.Outcome;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Barred;
import io.penstock.catalog.snapshot.Snapshotting;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** What every database must do for what upstreams offer. */
@ParameterizedClass
@EnumSource(Databases.class)
class FeaturesTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OWNER = "ann@example.com";
    private static final Vault VAULT = Vaults.fresh();

    private final Database database;
    private final Gateways gateways;
    private final Features features;
    private final Snapshotting snapshots;

    FeaturesTests(Databases databases) {
        database = databases.fresh();
        var stores = Stores.on(database, VAULT);
        gateways = stores.gateways();
        features = stores.features();
        snapshots = stores.snapshots();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static <T> T get(Mono<T> mono) {
        return mono.block(PATIENCE);
    }

    private Gateway create(String name) {
        return get(gateways.create(draft(name), OWNER));
    }

    private Outcome replace(Gateway gateway, Feature.Kind kind, Discovered... discovered) {
        return get(features.replace(gateway, kind, List.of(discovered), 0));
    }

    private List<Feature> tools() {
        return get(features.list(Feature.Kind.TOOL, ADMIN, ALL, 1000, null).collectList());
    }

    private Feature tool(String original) {
        return tools().stream()
                .filter(tool -> tool.originalName().equals(original))
                .findFirst()
                .orElseThrow();
    }

    private static Discovered found(String name, String description) {
        return new Discovered(name, "{\"name\":\"" + name + "\",\"description\":\"" + description + "\"}");
    }

    private void refused(Class<? extends Reason> reason, Mono<?> call) {
        assertThatThrownBy(() -> call.block(PATIENCE))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isInstanceOf(reason));
    }

    @Test
    void keepsDefinitionsAsTheyCame() {
        var gateway = create("My Server");
        var raw = "{ \"name\":\"add\", \"description\":\"<script>\\u202e😀 'quoted' \\u0000\", \"x\":1.0 }";

        var outcome = replace(gateway, Feature.Kind.TOOL, new Discovered("add", raw));

        assertThat(outcome).isEqualTo(new Outcome(1, 0, 0));
        var tool = tools().getFirst();
        assertThat(tool.name()).isEqualTo("my-server-add");
        assertThat(tool.definition()).isEqualTo(raw);
        assertThat(tool.hash()).isEqualTo(Definition.of(raw).hash());
        assertThat(tool.enabled()).isTrue();
        assertThat(tool.approved()).isTrue();
        assertThat(tool.version()).isEqualTo(1);
        assertThat(tool.gateway()).usingRecursiveComparison().isEqualTo(gateway);
        assertThat(get(features.find(Feature.Kind.TOOL, tool.id())))
                .usingRecursiveComparison()
                .isEqualTo(tool);
        assertThat(get(features.find(Feature.Kind.PROMPT, tool.id()))).isNull();
    }

    @Test
    void countsWhatEachDiscoveryChanged() {
        var gateway = create("a");
        replace(gateway, Feature.Kind.TOOL, found("same", "1"), found("other", "1"), found("left", "1"));
        var before = tool("same");

        var outcome = replace(gateway, Feature.Kind.TOOL, found("new", "1"), found("same", "1"), found("other", "2"));

        assertThat(outcome).isEqualTo(new Outcome(1, 1, 1));
        assertThat(tools()).extracting(Feature::originalName).containsExactlyInAnyOrder("new", "same", "other");
        assertThat(tool("same")).usingRecursiveComparison().isEqualTo(before);
        assertThat(replace(gateway, Feature.Kind.TOOL, found("new", "1"), found("same", "1"), found("other", "2")))
                .isEqualTo(new Outcome(0, 0, 0));
    }

    @Test
    void aChangedDefinitionIsRecordedAndNoLongerApproved() {
        var gateway = create("a");
        replace(gateway, Feature.Kind.TOOL, found("add", "adds"), found("sub", "subtracts"));
        var before = tool("add");

        replace(gateway, Feature.Kind.TOOL, found("add", "adds, and reads your mail"), found("sub", "subtracts"));

        var after = tool("add");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.approved()).isFalse();
        assertThat(after.version()).isEqualTo(2);
        assertThat(after.definition()).contains("reads your mail");
        assertThat(tool("sub").approved()).isTrue();
        var events = get(gateways.events(gateway.id(), 10, null).collectList());
        assertThat(events).extracting(GatewayEvent::kind).containsExactly(GatewayEvent.Kind.DRIFT);
        var detail = JsonMapper.shared().readTree(events.getFirst().detail());
        assertThat(detail.at("/name").stringValue()).isEqualTo("add");
        assertThat(detail.at("/before_hash").stringValue()).isEqualTo(before.hash());
        assertThat(detail.at("/after_hash").stringValue()).isEqualTo(after.hash());
        assertThat(detail.at("/diff").toString())
                .isEqualTo("[{\"pointer\":\"/description\",\"before\":\"\\\"adds\\\"\","
                        + "\"after\":\"\\\"adds, and reads your mail\\\"\"}]");
    }

    @Test
    void aResourceOfTwoGatewaysIsReadFromTheOneThatHadItFirst() {
        var old = create("z-files");
        var newcomer = create("a-files");
        replace(old, Feature.Kind.RESOURCE, uri("file:///x"));

        replace(newcomer, Feature.Kind.RESOURCE, uri("file:///x"), uri("file:///y"));
        replace(newcomer, Feature.Kind.RESOURCE, uri("file:///x"), uri("file:///y"));

        assertThat(reading("file:///x")).isEqualTo(old.id());
        assertThat(reading("file:///y")).isEqualTo(newcomer.id());
        var events = get(gateways.events(newcomer.id(), 10, null).collectList());
        assertThat(events).extracting(GatewayEvent::kind).containsExactly(GatewayEvent.Kind.NAME_TAKEN);
        assertThat(events.getFirst().detail())
                .isEqualTo("{\"kind\":\"resource\",\"name\":\"file:///x\",\"gateway\":\"z-files\"}");
    }

    @Test
    void whoIsRenamedHasTheSameResourcesAsBefore() {
        var old = create("a-files");
        var newcomer = create("m-files");
        replace(old, Feature.Kind.RESOURCE, uri("file:///x"));
        replace(newcomer, Feature.Kind.RESOURCE, uri("file:///x"));

        get(gateways.update(old.id(), draft("z-files"), 1));

        assertThat(reading("file:///x")).isEqualTo(old.id());
    }

    @Test
    void whoLeavesAResourceOutForAWhileHasItBackFromTheNewcomer() {
        var old = create("z-files");
        var newcomer = create("a-files");
        replace(old, Feature.Kind.RESOURCE, uri("file:///x"), uri("file:///y"));
        replace(newcomer, Feature.Kind.RESOURCE, uri("file:///x"));

        assertThat(replace(old, Feature.Kind.RESOURCE)).isEqualTo(new Outcome(0, 0, 2));
        assertThat(replace(old, Feature.Kind.RESOURCE)).isEqualTo(new Outcome(0, 0, 0));
        assertThat(reading("file:///x")).isEqualTo(newcomer.id());
        assertThat(replace(old, Feature.Kind.RESOURCE, uri("file:///x"), uri("file:///y")))
                .isEqualTo(new Outcome(2, 0, 0));

        assertThat(reading("file:///x")).isEqualTo(old.id());
    }

    /** Else whoever once listed a name could take it from all who have it later. */
    @Test
    void whoComesBackToANameThatAnotherBeganToHaveMeanwhileIsTheNewcomer() {
        var left = create("a-files");
        var other = create("z-files");
        replace(left, Feature.Kind.RESOURCE, uri("file:///x"), uri("file:///y"));
        replace(left, Feature.Kind.RESOURCE);
        replace(other, Feature.Kind.RESOURCE, uri("file:///x"));

        assertThat(replace(left, Feature.Kind.RESOURCE, uri("file:///x"), uri("file:///y")))
                .isEqualTo(new Outcome(2, 0, 0));

        assertThat(reading("file:///x")).isEqualTo(other.id());
        assertThat(reading("file:///y")).isEqualTo(left.id());
        assertThat(get(gateways.events(left.id(), 10, null).collectList()))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.kind()).isEqualTo(GatewayEvent.Kind.NAME_TAKEN);
                    assertThat(event.detail()).contains("file:///x");
                });
        assertThat(get(gateways.events(other.id(), 10, null).collectList())).isEmpty();
    }

    @Test
    void nobodyIsToldOfAGatewayThatTheyDoNotSee() {
        var hers = get(gateways.create(
                draft("z-files", new UpstreamAuth.None(), Visibility.PRIVATE, null), "eve@example.com"));
        replace(hers, Feature.Kind.RESOURCE, uri("file:///x"));
        var newcomer = create("a-files");

        replace(newcomer, Feature.Kind.RESOURCE, uri("file:///x"));

        assertThat(get(gateways.events(newcomer.id(), 10, null).collectList())).isEmpty();
    }

    private static Discovered uri(String uri) {
        return new Discovered(uri, "{\"uri\":\"" + uri + "\",\"name\":\"it\"}");
    }

    private UUID reading(String uri) {
        return get(snapshots.read()).all(ADMIN).reading(uri).id();
    }

    private Gateway holding(String name) {
        var draft = draft(name);
        return get(gateways.create(
                new Gateways.Draft(
                        name,
                        draft.url(),
                        null,
                        draft.transport(),
                        draft.auth(),
                        draft.visibility(),
                        null,
                        List.of(),
                        List.of(),
                        null,
                        DriftPolicy.HOLD,
                        false,
                        null),
                OWNER));
    }

    private boolean shown(String name) {
        return get(snapshots.read()).all(ADMIN).find(Feature.Kind.TOOL, name) != null;
    }

    private Barred barred(Gateway gateway, String original) {
        return get(snapshots.read()).barred(gateway.id(), Feature.Kind.TOOL, original);
    }

    @Test
    void whatChangesIsHeldUntilItIsApproved() {
        var gateway = holding("a");
        replace(gateway, Feature.Kind.TOOL, found("add", "adds"), found("sub", "subtracts"));
        assertThat(gateway.driftPolicy()).isEqualTo(DriftPolicy.HOLD);
        assertThat(shown("a-add")).isTrue();

        replace(gateway, Feature.Kind.TOOL, found("add", "sends your keys"), found("sub", "subtracts"));

        assertThat(shown("a-add")).isFalse();
        assertThat(shown("a-sub")).isTrue();
        assertThat(barred(gateway, "add")).isEqualTo(Barred.HELD);
        refused(
                Reason.Stale.class,
                features.approve(Feature.Kind.TOOL, tool("add").id(), 1));
        var approved = get(features.approve(Feature.Kind.TOOL, tool("add").id(), 2));
        assertThat(approved.approved()).isTrue();
        assertThat(approved.version()).isEqualTo(3);
        assertThat(shown("a-add")).isTrue();
        assertThat(barred(gateway, "add")).isNull();
        assertThat(get(features.approve(Feature.Kind.TOOL, approved.id(), 3)).version())
                .isEqualTo(3);
        assertThat(get(features.approve(Feature.Kind.PROMPT, approved.id(), 3))).isNull();
    }

    @Test
    void leavingAToolOutForOnceDoesNotApproveWhatItComesBackAs() {
        var gateway = holding("a");
        replace(gateway, Feature.Kind.TOOL, found("add", "adds"));
        replace(gateway, Feature.Kind.TOOL);

        replace(gateway, Feature.Kind.TOOL, found("add", "sends your keys"));

        assertThat(shown("a-add")).isFalse();
        replace(gateway, Feature.Kind.TOOL);
        assertThat(barred(gateway, "add")).isEqualTo(Barred.HELD);
    }

    @Test
    void leavingAToolOutForOnceHidesNoChangeAndCostsNothingThatWasWrittenOfIt() {
        var gateway = create("a");
        replace(gateway, Feature.Kind.TOOL, found("add", "adds"));
        var before = get(features.update(Feature.Kind.TOOL, tool("add").id(), true, List.of("sums"), 1));
        replace(gateway, Feature.Kind.TOOL);

        replace(gateway, Feature.Kind.TOOL, found("add", "sends your keys"));

        var after = tool("add");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.tags()).containsExactly("sums");
        assertThat(after.approved()).isFalse();
        assertThat(get(gateways.events(gateway.id(), 10, null).collectList()))
                .extracting(GatewayEvent::kind)
                .containsExactly(GatewayEvent.Kind.DRIFT);
    }

    @Test
    void whoMakesUpSoManyNamesThatOthersAreForgottenHasNothingNewApproved() {
        var gateway = create("a");
        replace(gateway, Feature.Kind.TOOL, found("add", "adds"));
        for (int i = 0; i < 5; i++) {
            int from = i * 1020;
            get(features.replace(
                    gateway,
                    Feature.Kind.TOOL,
                    IntStream.range(from, from + 1020)
                            .mapToObj(n -> found("made-up-" + n, "of nothing"))
                            .toList(),
                    0));
        }
        replace(gateway, Feature.Kind.TOOL);

        assertThat(get(database.client()
                        .sql("SELECT COUNT(*) AS number FROM features")
                        .map(row -> Columns.get(row, "number", Long.class))
                        .one()))
                .isEqualTo(5000);
        replace(gateway, Feature.Kind.TOOL, found("add", "sends your keys"));
        assertThat(tool("add").approved()).isFalse();
    }

    @Test
    void withoutHoldingAChangeGoesOnAndHoldingItLaterHoldsWhatChangedBefore() {
        var gateway = create("a");
        replace(gateway, Feature.Kind.TOOL, found("add", "adds"));
        replace(gateway, Feature.Kind.TOOL, found("add", "multiplies"));
        assertThat(shown("a-add")).isTrue();
        assertThat(barred(gateway, "add")).isNull();

        var draft = draft("a");
        var held = get(gateways.update(
                gateway.id(),
                new Gateways.Draft(
                        "a",
                        draft.url(),
                        null,
                        draft.transport(),
                        null,
                        draft.visibility(),
                        null,
                        List.of(),
                        List.of(),
                        null,
                        DriftPolicy.HOLD,
                        false,
                        null),
                1));

        assertThat(held.driftPolicy()).isEqualTo(DriftPolicy.HOLD);
        assertThat(held.version()).isEqualTo(2);
        assertThat(shown("a-add")).isFalse();
    }

    @Test
    void leavingAToolOutForOnceDoesNotSwitchItOn() {
        var gateway = create("a");
        replace(gateway, Feature.Kind.TOOL, found("rm", "removes"));
        var off = get(features.update(Feature.Kind.TOOL, tool("rm").id(), false, List.of(), 1));

        assertThat(replace(gateway, Feature.Kind.TOOL)).isEqualTo(new Outcome(0, 0, 1));
        assertThat(tools()).isEmpty();
        assertThat(get(features.find(Feature.Kind.TOOL, off.id()))).isNull();
        assertThat(get(features.counts(List.of(gateway.id())))).isEmpty();
        assertThat(get(snapshots.read()).barred(gateway.id(), Feature.Kind.TOOL, "rm"))
                .isEqualTo(Barred.OFF);

        assertThat(replace(gateway, Feature.Kind.TOOL, found("rm", "removes more")))
                .isEqualTo(new Outcome(1, 0, 0));
        assertThat(tool("rm").id()).isEqualTo(off.id());
        assertThat(tool("rm").enabled()).isFalse();
        assertThat(get(gateways.events(gateway.id(), 10, null).collectList())).hasSize(1);
    }

    @Test
    void twoGatewaysThatArriveAtOneNameBothKeepTheirTool() {
        var first = create("a");
        var second = create("a-b");
        replace(first, Feature.Kind.TOOL, found("b-c", "of a"));
        replace(second, Feature.Kind.TOOL, found("c", "of a-b"));

        assertThat(tool("b-c").name()).isEqualTo("a-b-c");
        assertThat(tool("c").name()).matches("a-b-c-[0-9a-f]{8}");
        replace(second, Feature.Kind.PROMPT, found("c", "a prompt"));
        assertThat(get(features.list(Feature.Kind.PROMPT, ADMIN, ALL, 10, null).single())
                        .name())
                .isEqualTo("a-b-c");
    }

    @Test
    void gatewaysThatReachForOneNameInTheSameMomentBothGetOne() {
        var first = create("a");
        var second = create("a-b");
        var of = IntStream.range(0, 50).mapToObj(i -> found("b-t" + i, "of a")).toList();
        var others =
                IntStream.range(0, 50).mapToObj(i -> found("t" + i, "of a-b")).toList();

        var outcomes = get(Flux.merge(
                        features.replace(first, Feature.Kind.TOOL, of, 0),
                        features.replace(second, Feature.Kind.TOOL, others, 0))
                .collectList());

        assertThat(outcomes).containsExactly(new Outcome(50, 0, 0), new Outcome(50, 0, 0));
        assertThat(tools()).extracting(Feature::name).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void parallelDiscoveriesOfOneGatewayDoNotDouble() {
        var gateway = create("a");
        var discovered = List.of(found("x", "1"), found("y", "1"));

        var outcomes = get(Flux.range(0, 4)
                .flatMap(_ -> features.replace(gateway, Feature.Kind.RESOURCE, discovered, 0))
                .collectList());

        assertThat(outcomes).containsOnlyOnce(new Outcome(2, 0, 0)).hasSize(4);
        assertThat(get(features.counts(List.of(gateway.id())))).isEqualTo(Map.of(gateway.id(), new Counts(0, 2, 0)));
    }

    @Test
    void eachGatewayIsCountedByItself() {
        var first = create("a");
        var second = create("b");
        var third = create("c");
        replace(first, Feature.Kind.TOOL, found("x", "1"), found("y", "1"), found("z", "1"));
        replace(first, Feature.Kind.PROMPT, found("p", "1"));
        replace(second, Feature.Kind.RESOURCE, found("r", "1"));
        replace(second, Feature.Kind.RESOURCE_TEMPLATE, found("t", "1"));

        assertThat(get(features.counts(List.of(first.id(), second.id(), third.id()))))
                .isEqualTo(Map.of(first.id(), new Counts(3, 0, 1), second.id(), new Counts(0, 2, 0)));
        assertThat(get(features.counts(List.of(second.id())))).containsOnlyKeys(second.id());
        assertThat(get(features.counts(List.of()))).isEmpty();
    }

    @Test
    void resourcesKeepTheirUriThoughTwoGatewaysOfferIt() {
        var uri = "file:///" + "x".repeat(4000);
        for (var name : List.of("a", "b")) {
            replace(create(name), Feature.Kind.RESOURCE, found(uri, "r"));
        }

        assertThat(get(features.list(Feature.Kind.RESOURCE, ADMIN, ALL, 10, null)
                        .map(Feature::name)
                        .collectList()))
                .containsExactly(uri, uri);
    }

    @Test
    void aThousandToolsAreReplaced() {
        var gateway = create("a");
        var first =
                IntStream.range(0, 1000).mapToObj(i -> found("tool" + i, "one")).toList();
        var second =
                IntStream.range(0, 1000).mapToObj(i -> found("tool" + i, "two")).toList();

        assertThat(get(features.replace(gateway, Feature.Kind.TOOL, first, 0))).isEqualTo(new Outcome(1000, 0, 0));
        assertThat(get(features.replace(gateway, Feature.Kind.TOOL, second, 0))).isEqualTo(new Outcome(0, 1000, 0));
        assertThat(get(features.replace(gateway, Feature.Kind.TOOL, List.of(), 0)))
                .isEqualTo(new Outcome(0, 0, 1000));

        assertThat(get(gateways.events(gateway.id(), 2000, null).count())).isEqualTo(1000);
    }

    @Test
    void whatIsLongGoneOrElsewhereIsNotWritten() {
        var gateway = create("a");
        var moved = get(gateways.update(
                gateway.id(),
                new Gateways.Draft(
                        "a",
                        URI.create("http://new.example/mcp"),
                        null,
                        Transport.AUTO,
                        null,
                        Visibility.PUBLIC,
                        null,
                        List.of(),
                        List.of(),
                        null,
                        DriftPolicy.WARN,
                        false,
                        null),
                1));

        refused(Reason.Conflict.class, features.replace(gateway, Feature.Kind.TOOL, List.of(found("x", "1")), 0));
        get(gateways.delete(moved.id(), 2, Mono.empty()));
        refused(Reason.NotFound.class, features.replace(moved, Feature.Kind.TOOL, List.of(found("x", "1")), 0));
        assertThat(tools()).isEmpty();
    }

    @Test
    void publicNamesFollowTheGatewaysName() {
        var gateway = create("a");
        replace(gateway, Feature.Kind.TOOL, found("c", "1"), found("b-c", "1"));
        replace(gateway, Feature.Kind.RESOURCE, found("file:///x", "1"));

        get(gateways.update(gateway.id(), draft("a b"), 1));

        assertThat(tools()).extracting(Feature::name).containsExactlyInAnyOrder("a-b-c", "a-b-b-c");
        assertThat(get(features.list(Feature.Kind.RESOURCE, ADMIN, ALL, 10, null)
                                .single())
                        .name())
                .isEqualTo("file:///x");
    }

    @Test
    void aFeatureIsSwitchedAndTaggedByItsVersion() {
        var gateway = create("a");
        replace(gateway, Feature.Kind.TOOL, found("x", "1"));
        var id = tool("x").id();

        var off = get(features.update(Feature.Kind.TOOL, id, false, List.of("danger"), 1));

        assertThat(off.enabled()).isFalse();
        assertThat(off.tags()).containsExactly("danger");
        assertThat(off.version()).isEqualTo(2);
        assertThat(get(features.update(Feature.Kind.TOOL, id, false, List.of("danger"), 2))
                        .version())
                .isEqualTo(2);
        refused(Reason.Stale.class, features.update(Feature.Kind.TOOL, id, true, List.of(), 1));
        refused(Reason.Stale.class, features.delete(Feature.Kind.TOOL, id, 1));
        assertThat(get(features.update(Feature.Kind.TOOL, UUID.randomUUID(), true, List.of(), 1)))
                .isNull();
        assertThat(get(features.delete(Feature.Kind.PROMPT, id, 2))).isFalse();
        assertThat(get(features.delete(Feature.Kind.TOOL, id, 2))).isTrue();
        assertThat(replace(gateway, Feature.Kind.TOOL, found("x", "1"))).isEqualTo(new Outcome(1, 0, 0));
    }

    @Test
    void thoseOfSomeIdsAreToBeHadAlone() {
        var gateway = create("a");
        replace(gateway, Feature.Kind.TOOL, found("x", "one"), found("y", "another"));
        var all = get(features.list(Feature.Kind.TOOL, ADMIN, ALL, 10, null).collectList());
        var ids = Set.of(all.getFirst().id());

        assertThat(get(features.list(
                                Feature.Kind.TOOL,
                                ADMIN,
                                new Filter(null, null, null, null, null, null, null, ids, null),
                                10,
                                null)
                        .map(Feature::id)
                        .collectList()))
                .containsExactlyElementsOf(ids);
    }

    @Test
    void visibilityIsTheGateways() {
        var open = create("open");
        var secret = get(gateways.create(draft("secret", new UpstreamAuth.None(), Visibility.PRIVATE, null), OWNER));
        replace(open, Feature.Kind.TOOL, found("x", "public"));
        replace(secret, Feature.Kind.TOOL, found("y", "private"));
        var eve = new Viewer(false, "eve@example.com", Set.of());

        assertThat(get(features.list(Feature.Kind.TOOL, eve, ALL, 10, null)
                        .map(Feature::originalName)
                        .collectList()))
                .containsExactly("x");
        assertThat(get(features.list(Feature.Kind.TOOL, new Viewer(false, OWNER, Set.of()), ALL, 10, null)
                        .count()))
                .isEqualTo(2);
        assertThat(get(features.list(
                                        Feature.Kind.TOOL,
                                        ADMIN,
                                        new Filter(null, "secret", null, null, null, null, null, null, null),
                                        10,
                                        null)
                                .single())
                        .originalName())
                .isEqualTo("y");
        assertThat(get(features.list(
                                        Feature.Kind.TOOL,
                                        ADMIN,
                                        new Filter(null, null, null, null, null, "PUBLIC", null, null, null),
                                        10,
                                        null)
                                .single())
                        .originalName())
                .isEqualTo("x");
    }

    @Test
    void theSnapshotKnowsGatewaysAndWhatIsSwitchedOff() {
        var gateway = create("a");
        replace(gateway, Feature.Kind.TOOL, found("x", "1"), found("y", "1"));
        get(features.update(Feature.Kind.TOOL, tool("x").id(), false, List.of(), 1));

        var snapshot = get(snapshots.read());

        assertThat(snapshot.gateway(gateway.id())).usingRecursiveComparison().isEqualTo(gateway);
        assertThat(snapshot.gateway(UUID.randomUUID())).isNull();
        assertThat(snapshot.barred(gateway.id(), Feature.Kind.TOOL, "x")).isEqualTo(Barred.OFF);
        assertThat(snapshot.barred(gateway.id(), Feature.Kind.TOOL, "y")).isNull();
        assertThat(snapshot.barred(gateway.id(), Feature.Kind.PROMPT, "x")).isNull();
    }
}
