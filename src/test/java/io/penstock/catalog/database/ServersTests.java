package io.penstock.catalog.database;

import static io.penstock.catalog.Feature.Kind.PROMPT;
import static io.penstock.catalog.Feature.Kind.RESOURCE;
import static io.penstock.catalog.Feature.Kind.RESOURCE_TEMPLATE;
import static io.penstock.catalog.Feature.Kind.TOOL;
import static io.penstock.catalog.database.Stores.ADMIN;
import static io.penstock.catalog.database.Stores.ALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Features.Discovered;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Server;
import io.penstock.catalog.Server.Chosen;
import io.penstock.catalog.Servers;
import io.penstock.catalog.Servers.Draft;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Barred;
import io.penstock.catalog.snapshot.Snapshotting;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What every database must do for virtual servers. */
@ParameterizedClass
@EnumSource(Databases.class)
class ServersTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Vault VAULT = Vaults.fresh();
    private static final Viewer ANN = new Viewer(false, "ann@example.com", Set.of("team-alpha"));
    private static final Viewer EVE = new Viewer(false, "eve@example.com", Set.of());

    private final Database database;
    private final Gateways gateways;
    private final Features features;
    private final Servers servers;
    private final Snapshotting snapshots;

    ServersTests(Databases databases) {
        database = databases.fresh();
        var stores = Stores.on(database, VAULT);
        gateways = stores.gateways();
        features = stores.features();
        servers = stores.servers();
        snapshots = stores.snapshots();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static <T> T get(Mono<T> mono) {
        return mono.block(PATIENCE);
    }

    private static Reason refused(Mono<?> call) {
        var reason = new ArrayList<Reason>();
        assertThatThrownBy(() -> call.block(PATIENCE))
                .isInstanceOfSatisfying(Refusal.class, refusal -> reason.add(refusal.reason()));
        return reason.getFirst();
    }

    private Gateway gateway(String name, String... tools) {
        return gateway(name, Visibility.PUBLIC, tools);
    }

    private Gateway gateway(String name, Visibility visibility, String... tools) {
        var gateway = get(
                gateways.create(Stores.draft(name, new UpstreamAuth.None(), visibility, null), "owner@example.com"));
        offer(gateway, TOOL, tools);
        return gateway;
    }

    private void offer(Gateway gateway, Feature.Kind kind, String... names) {
        get(features.replace(
                gateway,
                kind,
                List.of(names).stream()
                        .map(name -> new Discovered(name, "{\"name\":\"" + name + "\"}"))
                        .toList(),
                0));
    }

    private UUID id(Gateway gateway, Feature.Kind kind, String original) {
        return get(features.list(
                                kind,
                                ADMIN,
                                new Filter(gateway.id(), null, null, null, null, null, null, null, null),
                                1000,
                                null)
                        .filter(feature -> feature.originalName().equals(original))
                        .single())
                .id();
    }

    private static Draft draft(String name, Chosen chosen) {
        return new Draft(name, null, Visibility.PUBLIC, null, List.of(), NameStyle.PREFIXED, chosen);
    }

    private static Draft original(String name, Chosen chosen) {
        return new Draft(name, null, Visibility.PUBLIC, null, List.of(), NameStyle.ORIGINAL, chosen);
    }

    private static Chosen tools(UUID... tools) {
        return new Chosen(List.of(tools), List.of(), List.of(), List.of());
    }

    private static Chosen whole(Gateway... gateways) {
        return new Chosen(
                List.of(),
                List.of(),
                List.of(),
                List.of(gateways).stream().map(Gateway::id).toList());
    }

    private Set<String> shownTools(Server server, Viewer viewer) {
        return get(snapshots.read())
                .showing(server.id(), viewer)
                .features()
                .get(TOOL)
                .keySet();
    }

    @Test
    void keepsAllThatAUserDecides() {
        var gateway = gateway("a", "x", "y");
        offer(gateway, PROMPT, "p");
        offer(gateway, RESOURCE, "file:///r");
        offer(gateway, RESOURCE_TEMPLATE, "file:///{t}");
        var chosen = new Chosen(
                List.of(id(gateway, TOOL, "x"), id(gateway, TOOL, "x")),
                List.of(id(gateway, RESOURCE, "file:///r"), id(gateway, RESOURCE_TEMPLATE, "file:///{t}")),
                List.of(id(gateway, PROMPT, "p")),
                List.of(gateway.id()));

        var server = get(servers.create(
                new Draft(
                        "My Désk",
                        "for 'work'",
                        Visibility.TEAM,
                        "team-alpha",
                        List.of("b", "a"),
                        NameStyle.ORIGINAL,
                        chosen),
                ANN));

        assertThat(server.name()).isEqualTo("My Désk");
        assertThat(server.slug()).isEqualTo("my-desk");
        assertThat(server.description()).isEqualTo("for 'work'");
        assertThat(server.visibility()).isEqualTo(Visibility.TEAM);
        assertThat(server.teamId()).isEqualTo("team-alpha");
        assertThat(server.owner()).isEqualTo("ann@example.com");
        assertThat(server.tags()).containsExactly("b", "a");
        assertThat(server.nameStyle()).isEqualTo(NameStyle.ORIGINAL);
        assertThat(server.enabled()).isTrue();
        assertThat(server.chosen()).isEqualTo(chosen);
        assertThat(server.chosen().tools()).hasSize(1);
        assertThat(server.version()).isEqualTo(1);
        assertThat(get(servers.find(server.id()))).isEqualTo(server);
        assertThat(get(snapshots.read()).server(server.id())).isEqualTo(server);
        assertThat(get(servers.find(UUID.randomUUID()))).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void oneThatIsMadeBetweenTwoQueriesIsReadWholeOrNotAtAll(int query) {
        var queries = new AtomicInteger();
        Mono<Server> making = gateways.create(Stores.draft("late"), "owner@example.com")
                .flatMap(gateway -> features.replace(
                                gateway, TOOL, List.of(new Discovered("echo", "{\"name\":\"echo\"}")), 0)
                        .then(Mono.defer(() -> servers.create(original("late", whole(gateway)), ADMIN))));
        var client = DatabaseClient.builder()
                .connectionFactory(database.connections())
                .executeFunction(statement ->
                        queries.incrementAndGet() == query ? making.thenMany(statement.execute()) : statement.execute())
                .build();

        var read = get(Snapshotting.of(client).read());

        assertThat(read.servers())
                .allSatisfy(
                        server -> assertThat(read.showing(server.id(), ADMIN).find(TOOL, "echo"))
                                .isNotNull());
        assertThat(get(servers.list(ADMIN, ALL, 10, null).count())).isEqualTo(queries.get() < query ? 0 : 1);
    }

    @Test
    void aTakenNameSaysWhichAndWhatToDo() {
        get(servers.create(draft("My Desk", Chosen.NOTHING), ANN));

        assertThat(refused(servers.create(draft("my desk!", Chosen.NOTHING), EVE)))
                .isEqualTo(new Reason.Conflict("The name \"my desk!\" gives the slug \"my-desk\", which another server"
                        + " has: choose another name, or change that server"));
        assertThat(refused(servers.create(draft("!!", Chosen.NOTHING), EVE))).isInstanceOf(Reason.Invalid.class);
        assertThat(get(servers.list(ADMIN, ALL, 10, null).count())).isEqualTo(1);
    }

    @Test
    void noGatewayHasAServerForANamesake() {
        var conflict = new Reason.Conflict(
                "The name \"git hub\" gives the slug \"git-hub\", which somebody else's gateway has,"
                        + " and clients that ask for it by name would reach the other: choose another name");
        gateway("Git-Hub");
        var desk = get(servers.create(draft("desk", Chosen.NOTHING), EVE));

        assertThat(refused(servers.create(draft("git hub", Chosen.NOTHING), EVE)))
                .isEqualTo(conflict);
        assertThat(refused(servers.update(desk.id(), draft("git hub", Chosen.NOTHING), EVE, desk.version())))
                .isEqualTo(conflict);
        assertThat(get(servers.update(desk.id(), draft("Desk", Chosen.NOTHING), EVE, desk.version()))
                        .name())
                .isEqualTo("Desk");
        var owner = new Viewer(false, "owner@example.com", Set.of());
        assertThat(get(servers.create(draft("git hub", Chosen.NOTHING), owner)).slug())
                .isEqualTo("git-hub");
    }

    @Test
    void noServerHasAGatewayForANamesake() {
        get(servers.create(draft("Desk", Chosen.NOTHING), ANN));
        var other = gateway("other");

        assertThat(refused(gateways.create(Stores.draft("desk"), "eve@example.com")))
                .isInstanceOfSatisfying(
                        Reason.Conflict.class,
                        conflict -> assertThat(conflict.detail())
                                .contains("\"desk\"", "somebody else's virtual server has"));
        assertThat(refused(gateways.update(other.id(), Stores.draft("desk"), other.version())))
                .isInstanceOf(Reason.Conflict.class);
    }

    @Test
    void namesEveryChosenIdThatIsNotThereOrNotVisible() {
        var open = gateway("open", "x");
        var secret = gateway("secret", Visibility.PRIVATE, "y");
        var absent = UUID.randomUUID();
        var hidden = id(secret, TOOL, "y");
        var tool = id(open, TOOL, "x");
        var wanted = new Chosen(List.of(tool, hidden), List.of(absent), List.of(tool), List.of(open.id(), secret.id()));

        assertThat(refused(servers.create(draft("s", wanted), EVE)))
                .isEqualTo(new Reason.Invalid(List.of(
                        new Reason.Invalid.Field("tools", "there is no tool with the id " + hidden),
                        new Reason.Invalid.Field(
                                "resources", "there is no resource or resource template with the id " + absent),
                        new Reason.Invalid.Field("prompts", "there is no prompt with the id " + tool),
                        new Reason.Invalid.Field("gateways", "there is no gateway with the id " + secret.id()))));
        assertThat(get(servers.create(draft("s", tools(tool, hidden)), ADMIN)).chosen())
                .isEqualTo(tools(tool, hidden));
    }

    @Test
    void whatTheChooserDoesNotSeeStaysChosen() {
        var open = gateway("open", "x", "z");
        var secret = gateway("secret", Visibility.PRIVATE, "y");
        var hidden = id(secret, TOOL, "y");
        var x = id(open, TOOL, "x");
        var z = id(open, TOOL, "z");
        var server = get(servers.create(draft("s", tools(x, hidden)), ADMIN));

        var changed = get(servers.update(server.id(), draft("s", tools(z)), EVE, 1));

        assertThat(changed.chosen()).isEqualTo(tools(z, hidden));
        assertThat(changed.version()).isEqualTo(2);
        assertThat(get(servers.visible(changed.chosen(), EVE))).isEqualTo(tools(z));
        assertThat(get(servers.update(server.id(), draft("s", tools(z)), EVE, 2))
                        .version())
                .isEqualTo(2);
        assertThat(refused(servers.update(server.id(), draft("s", tools(z, hidden)), EVE, 2)))
                .isInstanceOf(Reason.Invalid.class);
    }

    @Test
    void originalNamesMustDiffer() {
        var a = gateway("a", "echo", "x");
        var b = gateway("b", "echo", "y");
        var both = tools(id(a, TOOL, "echo"), id(b, TOOL, "echo"));

        assertThat(refused(servers.create(original("s", both), EVE)))
                .isEqualTo(
                        new Reason.Conflict("Both gateway \"a\" and gateway \"b\" have a tool \"echo\": choose one of"
                                + " them, or the name_style prefixed"));
        assertThat(refused(servers.create(original("s", whole(a, b)), EVE))).isInstanceOf(Reason.Conflict.class);
        assertThat(get(servers.find(get(servers.create(draft("s", both), EVE)).id())))
                .isNotNull();
        var one = get(servers.create(original("one", whole(a)), EVE));
        assertThat(refused(servers.update(one.id(), original("one", whole(a, b)), EVE, 1)))
                .isInstanceOf(Reason.Conflict.class);
        assertThat(get(servers.find(one.id())).chosen()).isEqualTo(whole(a));
    }

    @Test
    void whatIsSwitchedOffOrAPromptDoesNotCollideWithATool() {
        var a = gateway("a", "echo");
        var b = gateway("b", "echo");
        offer(a, PROMPT, "greet");
        offer(b, PROMPT, "echo");
        get(features.update(TOOL, id(b, TOOL, "echo"), false, List.of(), 1));

        var server = get(servers.create(original("s", whole(a, b)), EVE));

        assertThat(shownTools(server, EVE)).containsExactly("echo");
    }

    @Test
    void aCollisionThatComesLaterHidesTheNewcomerWhateverItIsCalled() {
        var a = gateway("a", "x");
        var b = gateway("b", "echo");
        offer(b, RESOURCE, "file:///x");
        var server = get(servers.create(original("s", whole(a, b)), EVE));

        offer(a, TOOL, "x", "echo");
        offer(a, RESOURCE, "file:///x");

        var showing = get(snapshots.read()).showing(server.id(), EVE);
        assertThat(showing.find(TOOL, "echo").gateway().slug()).isEqualTo("b");
        assertThat(showing.reading("file:///x").slug()).isEqualTo("b");
        assertThat(showing.hidden()).hasSize(2).allSatisfy(hidden -> {
            assertThat(hidden.gateway().id()).isEqualTo(a.id());
            assertThat(hidden.shown().id()).isEqualTo(b.id());
        });
        assertThat(taken(a))
                .containsExactly(
                        "{\"kind\":\"resource\",\"name\":\"file:///x\",\"gateway\":\"b\"}",
                        "{\"kind\":\"tool\",\"name\":\"echo\",\"gateway\":\"b\"}");
        assertThat(taken(b)).isEmpty();
    }

    private List<String> taken(Gateway gateway) {
        return get(gateways.events(gateway.id(), 10, null)
                .filter(event -> event.kind() == GatewayEvent.Kind.NAME_TAKEN)
                .map(GatewayEvent::detail)
                .collectList());
    }

    @Test
    void nothingDanglesWhereAFeatureOrAGatewayIsDeleted() {
        var a = gateway("a", "x", "y");
        var b = gateway("b", "z");
        var chosen = new Chosen(
                List.of(id(a, TOOL, "x"), id(a, TOOL, "y"), id(b, TOOL, "z")),
                List.of(),
                List.of(),
                List.of(a.id(), b.id()));
        var server = get(servers.create(draft("s", chosen), EVE));

        get(features.delete(TOOL, id(a, TOOL, "x"), 1));
        get(gateways.delete(b.id(), 1, Mono.empty()));

        assertThat(get(servers.find(server.id())).chosen())
                .isEqualTo(new Chosen(List.of(id(a, TOOL, "y")), List.of(), List.of(), List.of(a.id())));
        assertThat(get(servers.delete(server.id(), 1))).isTrue();
        assertThat(get(servers.find(server.id()))).isNull();
        assertThat(get(features.list(TOOL, ADMIN, ALL, 10, null).count())).isEqualTo(1);
    }

    @Test
    void aChosenToolThatItsUpstreamLeavesOutForAWhileComesBack() {
        var gateway = gateway("a", "x", "y");
        var x = id(gateway, TOOL, "x");
        var server = get(servers.create(draft("s", tools(x)), EVE));

        offer(gateway, TOOL, "other");
        assertThat(shownTools(server, EVE)).isEmpty();
        assertThat(get(features.find(TOOL, x))).isNull();
        offer(gateway, TOOL, "x", "y");

        assertThat(shownTools(server, EVE)).containsExactly("a-x");
        assertThat(get(servers.find(server.id())).chosen()).isEqualTo(tools(x));
    }

    @Test
    void theSnapshotFollowsChangesOfDefinitionsNamesAndSwitches() {
        var gateway = gateway("a", "x", "y");
        var first = get(snapshots.read()).all(EVE);
        get(features.replace(gateway, TOOL, List.of(new Discovered("x", "{\"name\":\"x\",\"title\":\"new\"}")), 0));

        var second = get(snapshots.read()).all(EVE);
        get(gateways.update(gateway.id(), Stores.draft("b"), 1));
        var third = get(snapshots.read()).all(EVE);
        get(features.update(
                TOOL,
                id(gateway, TOOL, "x"),
                false,
                List.of(),
                get(features.find(TOOL, id(gateway, TOOL, "x"))).version()));
        var fourth = get(snapshots.read());

        assertThat(first.features().get(TOOL)).containsOnlyKeys("a-x", "a-y");
        assertThat(second.features().get(TOOL)).containsOnlyKeys("a-x");
        assertThat(second.find(TOOL, "a-x").definition()).isEqualTo("{\"name\":\"a-x\",\"title\":\"new\"}");
        assertThat(third.find(TOOL, "b-x").definition()).isEqualTo("{\"name\":\"b-x\",\"title\":\"new\"}");
        assertThat(fourth.all(EVE).features().get(TOOL)).isEmpty();
        assertThat(fourth.barred(gateway.id(), TOOL, "x")).isEqualTo(Barred.OFF);
    }

    @Test
    void aStaleVersionChangesNothing() {
        var server = get(servers.create(draft("s", Chosen.NOTHING), ANN));
        var off = get(servers.enable(server.id(), false, 1));

        assertThat(off.enabled()).isFalse();
        assertThat(off.version()).isEqualTo(2);
        assertThat(get(servers.enable(server.id(), false, 2)).version()).isEqualTo(2);
        assertThat(refused(servers.enable(server.id(), true, 1))).isInstanceOf(Reason.Stale.class);
        assertThat(refused(servers.update(server.id(), draft("t", Chosen.NOTHING), ANN, 1)))
                .isInstanceOf(Reason.Stale.class);
        assertThat(refused(servers.delete(server.id(), 1))).isInstanceOf(Reason.Stale.class);
        assertThat(get(servers.update(UUID.randomUUID(), draft("t", Chosen.NOTHING), ANN, 1)))
                .isNull();
        assertThat(get(servers.delete(UUID.randomUUID(), 1))).isFalse();
    }

    @Test
    void ofParallelChangesOfOneVersionExactlyOneWins() {
        var gateway = gateway("a", "x", "y", "z");
        var server = get(servers.create(draft("s", Chosen.NOTHING), ANN));
        var ids = List.of(id(gateway, TOOL, "x"), id(gateway, TOOL, "y"), id(gateway, TOOL, "z"));

        var won = get(Flux.fromIterable(ids)
                .flatMap(id -> servers.update(server.id(), draft("s", tools(id)), ANN, 1)
                        .onErrorResume(Refusal.class, _ -> Mono.empty()))
                .collectList());

        assertThat(won).hasSize(1);
        assertThat(get(servers.find(server.id()))).isEqualTo(won.getFirst());
    }

    @Test
    void listsWhatTheViewerSeesFilteredAndInPages() {
        IntStream.range(0, 5).forEach(i -> get(servers.create(draft("s" + i, Chosen.NOTHING), ANN)));
        get(servers.create(
                new Draft("hers", "Deep", Visibility.PRIVATE, null, List.of("t"), NameStyle.PREFIXED, Chosen.NOTHING),
                ANN));
        get(servers.create(
                new Draft("team", null, Visibility.TEAM, "team-alpha", List.of(), NameStyle.PREFIXED, Chosen.NOTHING),
                ADMIN));

        var first = get(servers.list(EVE, ALL, 3, null).collectList());
        var last = first.getLast();
        var second = get(servers.list(EVE, ALL, 3, new Cursor(last.createdAt(), last.id()))
                .collectList());

        assertThat(first).extracting(Server::name).containsExactly("s4", "s3", "s2");
        assertThat(second).extracting(Server::name).containsExactly("s1", "s0");
        assertThat(get(servers.list(ANN, ALL, 10, null).map(Server::name).collectList()))
                .contains("hers", "team");
        assertThat(get(servers.list(ADMIN, ALL, 10, null).count())).isEqualTo(7);
        assertThat(get(servers.list(ANN, new Filter(null, null, null, null, "t", "DEEP", true, null, null), 10, null)
                        .map(Server::name)
                        .collectList()))
                .containsExactly("hers");
    }

    @Test
    void everyWriteIsAnnouncedWhenItIsVisible() {
        var announced = new LinkedBlockingQueue<Topic>();
        var listening = database.changes().announced().subscribe(announced::add);
        try {
            // what is announced before anybody listens to the database is announced to nobody
            await().until(() -> {
                StepVerifier.create(database.changes().announce(Topic.REVOCATIONS))
                        .verifyComplete();
                return announced.contains(Topic.REVOCATIONS);
            });
            var server = get(servers.create(draft("s", Chosen.NOTHING), ANN));
            assertThat(next(announced)).isEqualTo(Topic.SERVERS);
            get(servers.update(server.id(), draft("t", Chosen.NOTHING), ANN, 1));
            assertThat(next(announced)).isEqualTo(Topic.SERVERS);
            get(servers.enable(server.id(), false, 2));
            assertThat(next(announced)).isEqualTo(Topic.SERVERS);
            get(servers.delete(server.id(), 3));
            assertThat(next(announced)).isEqualTo(Topic.SERVERS);
        } finally {
            listening.dispose();
        }
    }

    /** The connection that listens announces {@code ALL} when it is there; revocations are the test's own. */
    private static Topic next(LinkedBlockingQueue<Topic> announced) {
        try {
            Topic topic;
            do {
                topic = announced.poll(10, TimeUnit.SECONDS);
            } while (topic == Topic.ALL || topic == Topic.REVOCATIONS);
            return topic;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
