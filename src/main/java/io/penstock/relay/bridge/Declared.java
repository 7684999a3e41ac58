package io.penstock.relay.bridge;

import io.penstock.access.Permit;
import io.penstock.relay.leg.Party;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
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

    /** In characters. Sessions with upstreams are kept by what was declared, so that is no longer than where the client has one of its own. */
    private static final int LONGEST = 4096;

    private static final Set<String> NAMING = Set.of("name", "version");

    /** Throws {@code BadParams} where what has to be there is not, or too much is. */
    static Declared by(Message.Asked request) {
        String meta = JsonParts.member(request.params(), "_meta");
        String capabilities = JsonParts.member(meta, PREFIX + "clientCapabilities");
        if (capabilities == null || !JsonParts.isObject(capabilities)) {
            throw new Refusal(
                    new Reason.BadParams("params._meta[\"" + PREFIX + "clientCapabilities\"] must be a JSON object"));
        }
        var declared = new Declared(
                capabilities,
                JsonParts.member(meta, PREFIX + "clientInfo"),
                JsonParts.string(JsonParts.member(meta, PREFIX + "logLevel")),
                JsonParts.member(meta, "progressToken"));
        return declared.length() > LONGEST ? declared.shortened() : declared;
    }

    private int length() {
        return Stream.of(capabilities, clientInfo, logLevel)
                .filter(Objects::nonNull)
                .mapToInt(String::length)
                .sum();
    }

    /** Without what else the client says of itself, like icons, which no upstream acts by. */
    private Declared shortened() {
        String named = JsonParts.isObject(clientInfo) && clientInfo != null
                ? JsonParts.without(clientInfo, key -> !NAMING.contains(key))
                : null;
        var declared = new Declared(capabilities, named, logLevel, progressToken);
        if (declared.length() > LONGEST) {
            throw new Refusal(new Reason.BadParams("clientCapabilities, logLevel and the client's name and version are"
                    + " longer than " + LONGEST + " characters"));
        }
        return declared;
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
