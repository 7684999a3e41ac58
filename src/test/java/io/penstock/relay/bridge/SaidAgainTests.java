package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.relay.leg.Party;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.List;
import org.junit.jupiter.api.Test;

class SaidAgainTests {

    private final World world = new World(ProtocolVersion.V2025_11_25);

    private List<String> saidAgain(String party, Era era) {
        return world.saidAgain
                .of(new Party(party, "{}", null, null), World.GATEWAY.id(), era)
                .map(asked -> asked.method() + asked.params())
                .collectList()
                .block();
    }

    @Test
    void aSessionsLevelAndSubscriptionsAreSaidInTheNextOne() {
        var session = world.session("ada", world.begin("ada").block());
        for (String request : List.of(
                "\"method\":\"logging/setLevel\",\"params\":{\"level\":\"error\"}",
                "\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"test://a\"}")) {
            var reply = world.in(session, "ada", "{\"jsonrpc\":\"2.0\",\"id\":1," + request + "}");
            var asking = reply.subscribe();
            if (!asking.isDisposed()) {
                world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
            }
        }
        String party = SessionsFront.party(session).key();

        assertThat(saidAgain(party, Era.SESSIONS))
                .containsExactly("logging/setLevel{\"level\":\"error\"}", "resources/subscribe{\"uri\":\"test://a\"}");
        assertThat(saidAgain(party, Era.HTTP_SSE)).containsExactly("logging/setLevel{\"level\":\"error\"}");
        assertThat(saidAgain(party, Era.STATELESS)).isEmpty();
        assertThat(saidAgain("user|ada", Era.SESSIONS)).isEmpty();
    }

    @Test
    void aNewSessionHasSaidNothing() {
        var session = world.session("ada", world.begin("ada").block());

        assertThat(saidAgain(SessionsFront.party(session).key(), Era.SESSIONS)).isEmpty();
        assertThat(world.leg.requests).extracting(Message.Asked::method).isEmpty();
    }
}
