package io.penstock.relay.bridge;

import static io.penstock.relay.bridge.Replies.events;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.access.Route;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Showing;
import io.penstock.relay.session.Session;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
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
    void oneThatWasChangedIsListenedToAnew() {
        StepVerifier.create(stream())
                .then(() -> shows(SampleGateways.changed(World.GATEWAY)))
                .then(() -> world.leg.saysUnrelated(LOG.formatted("once")))
                .assertNext(event -> assertThat(event).contains("once"))
                .thenCancel()
                .verify();

        assertThat(world.leg.listened).hasSize(2);
    }
}
