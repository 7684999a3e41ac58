package io.penstock.relay.bridge;

import io.penstock.access.Permit;
import io.penstock.relay.leg.Party;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What a request of the stateless revision says of its client (2026-07-28, Basic, "_meta").
 *
 * @param capabilities a JSON object
 * @param progressToken as JSON text; null where no progress is wanted
 */
record Declared(
        String capabilities,
        @Nullable String clientInfo,
        @Nullable String logLevel,
        @Nullable String progressToken) {

    private static final String PREFIX = "io.modelcontextprotocol/";

    /** Throws {@code BadParams} where what has to be there is not. */
    static Declared by(Message.Asked request) {
        String meta = JsonParts.member(request.params(), "_meta");
        String capabilities = JsonParts.member(meta, PREFIX + "clientCapabilities");
        if (capabilities == null || !JsonParts.isObject(capabilities)) {
            throw new Refusal(
                    new Reason.BadParams("params._meta[\"" + PREFIX + "clientCapabilities\"] must be a JSON object"));
        }
        return new Declared(
                capabilities,
                JsonParts.member(meta, PREFIX + "clientInfo"),
                JsonParts.string(JsonParts.member(meta, PREFIX + "logLevel")),
                JsonParts.member(meta, "progressToken"));
    }

    /** Whether the client knows the Tasks extension. */
    boolean tasks() {
        return JsonParts.member(JsonParts.member(capabilities, "extensions"), TaskIds.EXTENSION_NAME) != null;
    }

    /** Whom the upstream's session is for: this principal at this endpoint, and nobody else. */
    Party party(Permit permit) {
        var target = permit.arrival().target();
        return new Party(
                "user|" + permit.caller().user() + "|" + target.kind() + "|" + target.name(),
                capabilities,
                clientInfo,
                logLevel);
    }
}
