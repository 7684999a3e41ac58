package io.penstock.relay.bridge;

import static io.penstock.relay.bridge.Replies.events;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.access.Route;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.session.Session;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What the stream of a session at a virtual server hears while the virtual server changes. */
class UnrelatedMessagesTests {

    private static final String LOG =
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"error\",\"data\":\"%s\"}}";

    private final World world = new World(ProtocolVersion.V2025_11_25);
    private final Gateway joined = SampleGateways.at(World.GATEWAY.url(), World.GATEWAY.transport(), "none");
    private final ScriptedLeg joinedLeg = new ScriptedLeg(ProtocolVersion.V2025_11_25);
    private final Sinks.Many<Showing> showings = Sinks.many().replay().latest();
    private final Session.Held session = begun();

    private Session.Held begun() {
        world.others.put(joined, joinedLeg);
        world.showings = _ -> showings.asFlux();
        world.route = many(World.GATEWAY);
        shows(World.GATEWAY);
        var begun =
                world.session("ada", Objects.requireNonNull(world.begin("ada").block()));
        use(begun, World.GATEWAY, world.leg);
        use(begun, joined, joinedLeg);
        return begun;
    }

    private void use(Session.Held begun, Gateway gateway, ScriptedLeg leg) {
        world.route = Route.One.amongMany(gateway, null);
        var called = world.in(
                        begun,
                        "ada",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}")
                .toFuture();
        leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        assertThat(called).isCompleted();
    }

    private static Route.Many many(Gateway... gateways) {
        return new Route.Many(new Showing("all", List.of(gateways), Map.of()));
    }

    private void shows(Gateway... gateways) {
        showings.tryEmitNext(many(gateways).showing()).orThrow();
    }

    private Flux<String> stream() {
        return world.sessions
                .handle(World.call("ada", Era.SESSIONS, "GET", "", many(World.GATEWAY)), session)
                .flatMapMany(reply -> events(reply));
    }

    @Test
    void anUpstreamThatJoinsIsHeardAndOneThatLeavesIsNot() {
        StepVerifier.create(stream())
                .then(() -> world.leg.saysUnrelated(LOG.formatted("first")))
                .assertNext(event -> assertThat(event).contains("first"))
                .then(() -> shows(World.GATEWAY, joined))
                .then(() -> joinedLeg.saysUnrelated(LOG.formatted("joined")))
                .assertNext(event -> assertThat(event).contains("joined"))
                .then(() -> shows(joined))
                .then(() -> world.leg.saysUnrelated(LOG.formatted("left")))
                .then(() -> joinedLeg.saysUnrelated(LOG.formatted("stayed")))
                .assertNext(event -> assertThat(event).contains("stayed"))
                .thenCancel()
                .verify();
    }

    @Test
    void whatAClientSaysOfItselfIsToldToEachUpstreamThatItHasUsed() {
        var unused = SampleGateways.at(World.GATEWAY.url(), World.GATEWAY.transport(), "none");
        var unusedLeg = new ScriptedLeg(ProtocolVersion.V2025_11_25);
        world.others.put(unused, unusedLeg);
        world.route = many(World.GATEWAY, joined, unused);
        for (String said : List.of(
                "\"method\":\"notifications/roots/list_changed\"",
                "\"id\":3,\"method\":\"logging/setLevel\",\"params\":{\"level\":\"error\"}")) {
            assertThat(world.in(session, "ada", "{\"jsonrpc\":\"2.0\"," + said + "}")
                            .block())
                    .isNotNull();
        }

        for (var leg : List.of(world.leg, joinedLeg)) {
            assertThat(leg.told).extracting(Message.Told::method).containsExactly("notifications/roots/list_changed");
            assertThat(leg.requests.getLast().params()).isEqualTo("{\"level\":\"error\"}");
        }
        assertThat(unusedLeg.told).isEmpty();
        assertThat(unusedLeg.requests).isEmpty();
    }

    private Flux<String> listening(String notifications) {
        return world.stateless("ada", "1", "subscriptions/listen", "\"notifications\":{" + notifications + "}")
                .flatMapMany(reply -> events(reply));
    }

    @Test
    void eachUpstreamIsAskedForItsOwnResourcesAlone() {
        var shown = Map.of("test://a", shown("test://a", World.GATEWAY), "test://b", shown("test://b", joined));
        var both = new Showing("all", List.of(World.GATEWAY, joined), Map.of(Feature.Kind.RESOURCE, shown));
        showings.tryEmitNext(both).orThrow();
        world.route = new Route.Many(both);

        var listening = listening("\"resourceSubscriptions\":[\"test://a\",\"test://b\",\"test://c\"]")
                .subscribe();

        assertThat(world.leg.listened).extracting(Interests::uris).containsExactly(Set.of("test://a"));
        assertThat(joinedLeg.listened).extracting(Interests::uris).containsExactly(Set.of("test://b"));
        listening.dispose();
    }

    @Test
    void aSubscriptionIsAcknowledgedWhenEachUpstreamHasTakenIt() {
        var shown = Map.of("test://a", shown("test://a", World.GATEWAY), "test://b", shown("test://b", joined));
        var both = new Showing("all", List.of(World.GATEWAY, joined), Map.of(Feature.Kind.RESOURCE, shown));
        showings.tryEmitNext(both).orThrow();
        world.route = new Route.Many(both);
        Sinks.Empty<Void> first = Sinks.empty();
        Sinks.Empty<Void> second = Sinks.empty();
        world.leg.taken = first.asMono();
        joinedLeg.taken = second.asMono();
        var heard = new ArrayList<String>();

        var listening = listening("\"resourceSubscriptions\":[\"test://a\",\"test://b\"]")
                .subscribe(heard::add);
        first.tryEmitEmpty().orThrow();
        world.leg.saysUnrelated(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"test://a\"}}");
        assertThat(heard).isEmpty();
        second.tryEmitEmpty().orThrow();

        assertThat(heard).hasSize(2).last().asString().contains("test://a");
        assertThat(heard.getFirst()).contains("notifications/subscriptions/acknowledged");
        listening.dispose();
    }

    private static Showing.Shown shown(String uri, Gateway gateway) {
        return new Showing.Shown(uri, uri, gateway, "{}");
    }

    @Test
    void whoListensToAnUpstreamThatWasChangedIsToComeAgain() {
        Sinks.Many<Snapshot> snapshots = Sinks.many().replay().latest();
        world.snapshots = snapshots.asFlux();
        world.route = new Route.One(World.GATEWAY, null);

        StepVerifier.create(listening("\"toolsListChanged\":true"))
                .expectNextCount(1) // the acknowledgement
                .then(() -> snapshots
                        .tryEmitNext(Snapshots.of(SampleGateways.changed(World.GATEWAY)))
                        .orThrow())
                .expectNextCount(1) // the result
                .expectComplete()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void aSubscriptionIsAcknowledgedOnceTheUpstreamHasTakenIt() {
        world.route = new Route.One(World.GATEWAY, null);
        Sinks.Empty<Void> taken = Sinks.empty();
        world.leg.taken = taken.asMono();
        var heard = new ArrayList<String>();

        var listening = listening("\"toolsListChanged\":true").subscribe(heard::add);
        assertThat(world.leg.listened).isNotEmpty();
        assertThat(heard).isEmpty();
        taken.tryEmitEmpty().orThrow();

        assertThat(heard).singleElement().asString().contains("notifications/subscriptions/acknowledged");
        listening.dispose();
    }

    @Test
    void anUpstreamThatNeverSaysThatItHasTakenASubscriptionIsNotWaitedForForEver() {
        world.route = new Route.One(World.GATEWAY, null);
        world.leg.taken = Mono.never();

        StepVerifier.withVirtualTime(() -> listening("\"toolsListChanged\":true"))
                .expectSubscription()
                .expectNoEvent(UnrelatedMessages.PATIENCE.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .assertNext(event -> assertThat(event).contains("notifications/subscriptions/acknowledged"))
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void oneThatWasChangedIsListenedToAnew() {
        StepVerifier.create(stream())
                .then(() -> shows(SampleGateways.changed(World.GATEWAY)))
                .then(() -> world.leg.saysUnrelated(LOG.formatted("once")))
                .assertNext(event -> assertThat(event).contains("once"))
                .then(() -> world.leg.saysUnrelated(LOG.formatted("after")))
                .assertNext(event -> assertThat(event).contains("after")) // and not the other for the second time
                .thenCancel()
                .verify();

        assertThat(world.leg.listened).hasSize(2);
    }
}
