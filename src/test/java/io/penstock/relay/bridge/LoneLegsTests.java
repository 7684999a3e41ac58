package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.credential.Outbound;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.leg.Party;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoneLegsTests {

    private static final Interests TOOLS = new Interests(true, false, false, Set.of());
    private static final String CHANGED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";

    private static final String QUESTION = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"roots/list\"}";

    private final List<String> opened = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final Outbound outbound = World.call("ada", Era.STATELESS, "POST", World.statelessBody("1", "ping", ""));

    private LoneLegs legs(ScriptedLeg leg) {
        return World.lone(World.legs(
                (_, party) -> {
                    opened.add(party.key());
                    return leg;
                },
                ended::add));
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
    void whatCannotBeAskedIsShared() {
        var leg = new ScriptedLeg(ProtocolVersion.V2024_11_05);
        for (String capabilities : List.of("{}", "{\"extensions\":{}}")) {
            assertThat(legs(leg).to(outbound, party(capabilities, null), true).block())
                    .isSameAs(leg);
        }
        assertThat(legs(leg)
                        .to(outbound, party("{\"sampling\":{}}", null), false)
                        .block())
                .isSameAs(leg);
        assertThat(opened).containsOnly("user|ada");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"elicitation\":{}};     ; true;  true",
                "{\"roots\":{}};           ; true;  true",
                "{};                   info; true;  true",
                "{};                   info; false; false",
                "{\"elicitation\":{}};     ; false; false",
                "{\"extensions\":{}};      ; true;  false"
            })
    void whoMayBeToldSomethingInTheSharedSessionHearsAllThatIsSaidInItMeanwhile(
            String capabilities, @Nullable String level, boolean mayAsk, boolean hears) {
        var leg = new ScriptedLeg(ProtocolVersion.V2025_11_25);
        var heard = new ArrayList<Message>();
        var asking = legs(leg)
                .to(outbound, party(capabilities, level), mayAsk)
                .flatMapMany(shared -> shared.ask(new Message.Asked("1", "tools/call", "{}")))
                .subscribe(heard::add);
        leg.saysUnrelated(QUESTION);
        leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");

        assertThat(heard).hasSize(hears ? 2 : 1);
        assertThat(asking.isDisposed()).isTrue();
        assertThat(opened).containsExactly("user|ada");
        assertThat(ended).isEmpty();
    }

    @Test
    void aServerOverHttpSseThatAgreedOnALaterRevisionHasOneStreamForAllCallsAllTheSame() {
        var _ = legs(new ScriptedLeg(ProtocolVersion.V2025_11_25, "sse"))
                .to(outbound, party("{\"sampling\":{}}", null), true)
                .block();

        assertThat(opened).hasSize(2).doesNotHaveDuplicates();
    }

    /** Replicas share the session of a principal's calls, and of its one stream only one of them would hear. */
    @Test
    void whoListensInASessionHasItAloneUntilTheEnd() {
        var leg = new ScriptedLeg(ProtocolVersion.V2025_11_25);
        var legs = legs(leg);
        var heard = new ArrayList<Message>();
        var listening =
                legs.listen(outbound, party("{}", null), TOOLS, () -> {}).subscribe(heard::add);
        var another = legs.listen(outbound, party("{}", null), TOOLS, () -> {}).subscribe();
        leg.saysUnrelated(CHANGED);

        assertThat(heard).containsExactly(Message.read(CHANGED));
        assertThat(opened).hasSize(4);
        assertThat(opened.get(1)).startsWith("user|ada|").isNotEqualTo(opened.get(3));
        assertThat(ended).isEmpty();
        listening.dispose();
        assertThat(ended).containsExactly(opened.get(1));
        another.dispose();
    }

    @Test
    void whoListensWhereStreamsAreManyOrForAllSharesTheLeg() {
        for (var upstream :
                List.of(new ScriptedLeg(ProtocolVersion.V2026_07_28), new ScriptedLeg(ProtocolVersion.V2024_11_05))) {
            var listening = legs(upstream)
                    .listen(outbound, party("{}", null), TOOLS, () -> {})
                    .subscribe();
            listening.dispose();
        }

        assertThat(opened).containsExactly("user|ada", "user|ada");
        assertThat(ended).isEmpty();
    }

    @Test
    void whatIsAskedWhereNobodyIsIsRefused() {
        var leg = new ScriptedLeg(ProtocolVersion.V2025_11_25);
        var heard = new ArrayList<Message>();
        var listening = legs(leg)
                .listen(outbound, party("{\"roots\":{}}", null), TOOLS, () -> {})
                .subscribe(heard::add);
        leg.saysUnrelated(QUESTION);
        listening.dispose();

        assertThat(leg.answers).containsExactly(Leg.NOBODY);
        assertThat(heard).isEmpty();
    }
}
