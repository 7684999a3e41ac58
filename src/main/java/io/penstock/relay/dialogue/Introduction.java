package io.penstock.relay.dialogue;

import io.penstock.relay.Dialogues.Greeting;
import io.penstock.wire.JsonParts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the gateway names itself to upstreams, and what they say of themselves. */
final class Introduction {

    /** {@code Implementation} of MCP: a name and a version. */
    static final String SELF = "{\"name\":\"penstock\",\"version\":" + Outgoing.quote(version()) + "}";

    /** Longer descriptions of itself are not kept. */
    private static final int LONGEST = 16 * 1024;

    private Introduction() {}

    static Greeting greeting(String version, String transport, Map<String, String> said, @Nullable String serverInfo) {
        String capabilities = object(said.get("capabilities"));
        return new Greeting(version, transport, capabilities == null ? "{}" : capabilities, object(serverInfo));
    }

    private static @Nullable String object(@Nullable String value) {
        return JsonParts.isObject(value) && value != null && value.length() <= LONGEST ? value : null;
    }

    private static String version() {
        String version = Introduction.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
