package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.Gate;
import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.credential.Outbounds;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class ChangedTests {

    private final Sinks.Many<Showing> showings = Sinks.many().unicast().onBackpressureBuffer();
    private final ScriptedLeg leg = new ScriptedLeg(ProtocolVersion.V2026_07_28);
    private final List<Object> stale = new ArrayList<>();
    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final Permit permit = Permits.own(World.GATEWAY);
    private final Watches watches = watches();
    private final Changed changed = new Changed(gate(), watches);

    private Gate gate() {
        return (Gate) Proxy.newProxyInstance(
                Gate.class.getClassLoader(),
                new Class<?>[] {Gate.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "showings" -> showings.asFlux();
                    case "own" -> Permits.own((io.penstock.catalog.Gateway) arguments[0]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Watches watches() {
        var gateways = (Gateways) Proxy.newProxyInstance(
                Gateways.class.getClassLoader(),
                new Class<?>[] {Gateways.class},
                (_, _, arguments) -> Mono.fromRunnable(() -> stale.add(arguments[0])));
        return new Watches(
                gate(),
                own -> Mono.just(Outbounds.of(own, URI.create("http://localhost:1"), new DefaultHttpHeaders())),
                World.lone(World.legs((_, _) -> leg, _ -> {})),
                gateways,
                clock);
    }

    private void shows(String tool, String prompt) {
        showings.tryEmitNext(new Showing(
                        "s",
                        List.of(World.GATEWAY),
                        Map.of(
                                Feature.Kind.TOOL,
                                Map.of("t", new Showing.Shown("t", "t", World.GATEWAY, tool)),
                                Feature.Kind.PROMPT,
                                Map.of("p", new Showing.Shown("p", "p", World.GATEWAY, prompt)))))
                .orThrow();
    }

    @Test
    void eachListThatReadsOtherwiseIsToldOnce() {
        StepVerifier.create(changed.lists(permit).map(Message.Told::method))
                .then(() -> shows("{}", "{}"))
                .then(() -> shows("{\"a\":1}", "{}"))
                .expectNext(Notices.TOOLS_CHANGED)
                .then(() -> shows("{\"a\":1}", "{}"))
                .then(() -> shows("{}", "{\"b\":1}"))
                .expectNext(Notices.TOOLS_CHANGED, Notices.PROMPTS_CHANGED)
                .thenCancel()
                .verify();
    }

    @Test
    void anUpstreamThatSaysThatItChangedIsDueForDiscovery() {
        StepVerifier.create(changed.lists(permit).map(Message.Told::method))
                .then(() -> shows("{}", "{}"))
                .then(() -> leg.saysUnrelated("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}"))
                .then(() ->
                        leg.saysUnrelated("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}"))
                .thenCancel()
                .verify();

        assertThat(stale).containsExactly(World.GATEWAY.id());
    }

    @Test
    void whoDoesNotReadHoldsUpNeitherTheOthersNorDiscovery() {
        Flux<Message.Told> watch = watches.over(World.GATEWAY);
        var heard = new ArrayList<Message.Told>();
        TestSubscriber<Message.Told> slow =
                TestSubscriber.builder().initialRequest(0).build();
        watch.subscribe(slow);
        var reading = watch.subscribe(heard::add);

        for (int i = 0; i < 1000; i++) {
            leg.saysUnrelated(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{\"_meta\":{\"n\":"
                            + i + "}}}");
        }
        assertThat(heard).hasSize(1000);
        assertThat(stale).isNotEmpty();
        slow.request(Long.MAX_VALUE);
        assertThat(slow.getReceivedOnNext()).hasSize(1);
        slow.cancel();
        reading.dispose();
    }

    @Test
    void ofAStormOfChangesTheFirstIsNotedAtOnceAndTheLastASecondLater() {
        var watching = watches.over(World.GATEWAY).subscribe();

        for (int i = 0; i < 100; i++) {
            leg.saysUnrelated("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
        }
        assertThat(stale).hasSize(1);
        clock.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(stale).hasSize(2);
        clock.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(stale).hasSize(2);
        leg.saysUnrelated("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
        assertThat(stale).hasSize(3);
        watching.dispose();
    }

    @Test
    void twoWhoWatchShareOneStream() {
        Flux<Message.Told> watch = watches.over(World.GATEWAY);
        var first = watch.subscribe();
        var second = watch.subscribe();

        assertThat(leg.listened).hasSize(1);
        first.dispose();
        second.dispose();
    }
}
