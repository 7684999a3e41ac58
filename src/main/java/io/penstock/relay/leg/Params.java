package io.penstock.relay.leg;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of a message with their {@code _meta}, to be changed where an era wants it; all else stays as it came. */
final class Params {

    static final String VERSION = "io.modelcontextprotocol/protocolVersion";
    static final String CLIENT_INFO = "io.modelcontextprotocol/clientInfo";
    static final String CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";
    static final String TASK = "io.modelcontextprotocol/related-task";
    static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";

    private static final Set<String> STATELESS = Set.of(VERSION, CLIENT_INFO, CAPABILITIES, LOG_LEVEL, SUBSCRIPTION);
    private static final String META = "_meta";

    private final Map<String, String> members;
    private final Map<String, String> meta;

    private Params(Map<String, String> members, Map<String, String> meta) {
        this.members = members;
        this.meta = meta;
    }

    /** Takes a JSON object apart; null has no members. */
    static Params of(@Nullable String json) {
        Map<String, String> members = json == null ? new LinkedHashMap<>() : JsonParts.members(json);
        String meta = members.get(META);
        return new Params(
                members, meta != null && JsonParts.isObject(meta) ? JsonParts.members(meta) : new LinkedHashMap<>());
    }

    /** A member as JSON text; null where there is none. */
    @Nullable
    String get(String key) {
        return members.get(key);
    }

    /** A member that is a string; null where there is none. */
    @Nullable
    String string(String key) {
        return JsonParts.string(members.get(key));
    }

    /** A member of {@code _meta} as JSON text; null where there is none. */
    @Nullable
    String meta(String key) {
        return meta.get(key);
    }

    Params with(String key, String value) {
        var changed = new LinkedHashMap<>(members);
        changed.put(key, value);
        return new Params(changed, meta);
    }

    Params withMeta(String key, String value) {
        var changed = new LinkedHashMap<>(meta);
        changed.put(key, value);
        return new Params(members, changed);
    }

    /** Without what only the stateless revision says there. */
    Params withoutEnvelope() {
        var left = new LinkedHashMap<>(meta);
        left.keySet().removeAll(STATELESS);
        return new Params(members, left);
    }

    /** A JSON object; null where nothing is in it. */
    @Nullable
    String json() {
        var written = new LinkedHashMap<>(members);
        if (!meta.isEmpty()) {
            written.put(META, Message.object(meta));
        } else if (JsonParts.isObject(written.get(META))) {
            written.remove(META);
        }
        return written.isEmpty() ? null : Message.object(written);
    }
}
