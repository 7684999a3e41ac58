package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Greeting;
import io.penstock.relay.line.Faults;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Refusal;
import java.util.Map;
import reactor.core.publisher.Mono;

/** How a session begins (2025-11-25, Lifecycle); the same over streamable HTTP and HTTP+SSE. */
final class Initialize {

    static final String METHOD = "initialize";
    static final Message.Told CONFIRMED = new Message.Told("notifications/initialized", null);

    private Initialize() {}

    /** The offer of the party's own capabilities. */
    static Message.Asked offer(String id, Party party) {
        return new Message.Asked(
                id,
                METHOD,
                "{\"protocolVersion\":" + Message.quote(ProtocolVersion.V2025_11_25.text()) + ",\"capabilities\":"
                        + party.capabilities() + ",\"clientInfo\":" + Introduction.clientInfo(party) + "}");
    }

    /** What a result says. Throws {@code UpstreamFailed} where it names no revision that is spoken here. */
    static Greeting greeting(String result, String transport, Faults faults) {
        Map<String, String> said = JsonParts.members(result);
        String named = JsonParts.string(said.get("protocolVersion"));
        var version = named == null ? null : ProtocolVersion.find(named);
        if (version == null) {
            throw faults.broken(METHOD, "with a protocol version that is not spoken here");
        }
        return Introduction.greeting(version, transport, said, said.get("serverInfo"));
    }

    /** Asks for log messages where the party wants some and the upstream has some. Empty when done or refused. */
    static Mono<Void> wantLogs(Leg leg, Party party) {
        boolean offered = JsonParts.members(leg.greeting().capabilities()).containsKey("logging");
        if (party.logLevel() == null || !offered) {
            return Mono.empty();
        }
        var wish = new Message.Asked("0", "logging/setLevel", "{\"level\":" + Message.quote(party.logLevel()) + "}");
        return leg.ask(wish).then().onErrorComplete(Refusal.class);
    }
}
