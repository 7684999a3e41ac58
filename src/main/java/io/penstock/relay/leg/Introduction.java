package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Greeting;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the gateway names itself to upstreams, and what they say of themselves. */
final class Introduction {

    /** {@code Implementation} of MCP: a name and a version; for parties without one of their own. */
    static final String SELF = "{\"name\":\"penstock\",\"version\":" + Message.quote(version()) + "}";

    /** Longer descriptions of itself are not kept. */
    private static final int LONGEST = 16 * 1024;

    private Introduction() {}

    static String clientInfo(Party party) {
        return party.clientInfo() == null ? SELF : party.clientInfo();
    }

    static Greeting greeting(
            ProtocolVersion version, String transport, Map<String, String> said, @Nullable String serverInfo) {
        String capabilities = object(said.get("capabilities"));
        String instructions = JsonParts.string(said.get("instructions"));
        return new Greeting(
                version,
                transport,
                capabilities == null ? "{}" : capabilities,
                object(serverInfo),
                instructions == null || instructions.length() > LONGEST ? null : instructions);
    }

    private static @Nullable String object(@Nullable String value) {
        return JsonParts.isObject(value) && value != null && value.length() <= LONGEST ? value : null;
    }

    private static String version() {
        String version = Introduction.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
