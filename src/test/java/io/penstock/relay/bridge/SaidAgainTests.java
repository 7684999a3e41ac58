package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.relay.leg.Party;
import io.penstock.relay.session.Session;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SaidAgainTests {

    private final World world = new World(ProtocolVersion.V2025_11_25);

    private List<String> saidAgain(String party, Era era) {
        return world.saidAgain
                .of(new Party(party, "{}", null, null), World.GATEWAY.id(), era)
                .concatMap(next -> next.map(asked -> asked.method() + asked.params()))
                .collectList()
                .block();
    }

    private void ask(Session.Held session, String request) {
        var asking = world.in(session, "ada", "{\"jsonrpc\":\"2.0\",\"id\":1," + request + "}")
                .subscribe();
        if (!asking.isDisposed()) {
            world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        }
    }

    @Test
    void whatTheClientTakesBackMeanwhileIsNotSaid() {
        var session = world.session("ada", world.begin("ada").block());
        var uris = List.of("test://a", "test://b", "test://c");
        String change = "\"method\":\"resources/%s\",\"params\":{\"uri\":\"%s\"}";
        uris.forEach(uri -> ask(session, change.formatted("subscribe", uri)));
        var party = new Party(SessionsFront.party(session).key(), "{}", null, null);

        var said = Objects.requireNonNull(world.saidAgain
                .of(party, World.GATEWAY.id(), Era.SESSIONS)
                .collectList()
                .block());
        assertThat(said).hasSize(3);
        assertThat(said.getFirst().block()).isNotNull();
        uris.forEach(uri -> ask(session, change.formatted("unsubscribe", uri)));

        assertThat(said.getLast().blockOptional()).isEmpty();
    }

    @Test
    void aSessionsLevelAndSubscriptionsAreSaidInTheNextOne() {
        var session = world.session("ada", world.begin("ada").block());
        for (String request : List.of(
                "\"method\":\"logging/setLevel\",\"params\":{\"level\":\"error\"}",
                "\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"test://a\"}")) {
            ask(session, request);
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
