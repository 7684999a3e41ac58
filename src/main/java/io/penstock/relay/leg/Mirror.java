package io.penstock.relay.leg;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Message;
import io.penstock.wire.Mirrors;
import io.penstock.wire.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/** What a body says, for those who only read headers (2026-07-28, Streamable HTTP, "Request headers"). */
final class Mirror {

    private Mirror() {}

    static void of(HttpHeaders headers, Message.Asked asked) {
        headers.set(HeaderNames.VERSION, ProtocolVersion.V2026_07_28.text()).set(HeaderNames.METHOD, asked.method());
        String name = name(asked);
        if (name != null) {
            headers.set(HeaderNames.NAME, Mirrors.encoded(name));
        }
    }

    private static @Nullable String name(Message.Asked asked) {
        return switch (asked.method()) {
            case "tools/call", "prompts/get" -> Params.of(asked.params()).string("name");
            case "resources/read" -> Params.of(asked.params()).string("uri");
            case "tasks/get", "tasks/update", "tasks/result", "tasks/cancel" ->
                Params.of(asked.params()).string("taskId");
            default -> null;
        };
    }
}
