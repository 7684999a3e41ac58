package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.Snapshot;
import io.penstock.credential.Outbound;
import io.penstock.relay.breaker.SomeBreakers;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.Legs;
import io.penstock.relay.leg.Party;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class LoneLegsTests {

    private final List<String> opened = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final Outbound outbound = World.call("ada", Era.STATELESS, "POST", World.statelessBody("1", "ping", ""));

    private LoneLegs legs(ScriptedLeg leg) {
        return new LoneLegs(
                new Legs() {
                    @Override
                    public Mono<Leg> to(Outbound call, Party party) {
                        opened.add(party.key());
                        return Mono.just(leg);
                    }

                    @Override
                    public Mono<Void> end(String partyKey) {
                        return Mono.fromRunnable(() -> ended.add(partyKey));
                    }
                },
                World.eager(),
                new Repeats(new CalledTools(World.catalog(() -> Snapshot.EMPTY)), _ -> {}, SomeBreakers.patient()));
    }

    private static Party party(String capabilities, @Nullable String level) {
        return new Party("user|ada", capabilities, null, level);
    }

    @Test
    void aCallThatMayBeAskedSomethingHasItsOwnLegOverHttpSseAndEndsWithIt() {
        var leg = new ScriptedLeg(ProtocolVersion.V2024_11_05);
        var lone =
                legs(leg).to(outbound, party("{\"sampling\":{}}", null), true).block();

        assertThat(opened).hasSize(2);
        assertThat(opened.getLast()).startsWith("user|ada|").isNotEqualTo(opened.getFirst());
        var exchange = lone.ask(new Message.Asked("1", "tools/call", "{}")).subscribe();
        leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        assertThat(exchange.isDisposed()).isTrue();
        assertThat(ended).containsExactly(opened.getLast());
    }

    @Test
    void whatCannotBeAskedAndWhatNamesItsCallIsShared() {
        assertThat(legs(new ScriptedLeg(ProtocolVersion.V2024_11_05))
                        .to(outbound, party("{}", null), true)
                        .block())
                .isInstanceOf(ScriptedLeg.class);
        assertThat(legs(new ScriptedLeg(ProtocolVersion.V2025_11_25))
                        .to(outbound, party("{\"sampling\":{}}", "info"), true)
                        .block())
                .isInstanceOf(ScriptedLeg.class);
        assertThat(opened).hasSize(2);
    }

    @Test
    void aServerOverHttpSseThatAgreedOnALaterRevisionHasOneStreamForAllCallsAllTheSame() {
        var _ = legs(new ScriptedLeg(ProtocolVersion.V2025_11_25, "sse"))
                .to(outbound, party("{\"sampling\":{}}", null), true)
                .block();

        assertThat(opened).hasSize(2).doesNotHaveDuplicates();
    }
}
