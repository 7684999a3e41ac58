package io.penstock.relay.bridge;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What changes in the course of a session.
 *
 * @param logLevel the least severe log message that the client wants; null where it has not said
 * @param uris the resources whose updates it wants
 * @param gateways the upstreams that it has used, whose streams it hears
 */
record HeldState(@Nullable String logLevel, Set<String> uris, Set<UUID> gateways) {

    static final HeldState NEW = new HeldState(null, Set.of(), Set.of());

    HeldState {
        uris = Set.copyOf(uris);
        gateways = Set.copyOf(gateways);
    }

    /** As JSON text. */
    String json() {
        var members = new LinkedHashMap<String, String>();
        if (logLevel != null) {
            members.put("level", Message.quote(logLevel));
        }
        members.put("uris", strings(uris));
        members.put("gateways", strings(gateways.stream().map(UUID::toString).toList()));
        return Message.object(members);
    }

    private static String strings(Collection<String> texts) {
        return texts.stream().map(Message::quote).collect(Collectors.joining(",", "[", "]"));
    }

    /** What {@link #json} wrote. */
    static HeldState read(String json) {
        var members = JsonParts.members(json);
        return new HeldState(
                JsonParts.string(members.get("level")),
                texts(members.get("uris")).collect(Collectors.toSet()),
                texts(members.get("gateways")).map(UUID::fromString).collect(Collectors.toSet()));
    }

    private static Stream<String> texts(@Nullable String array) {
        return array == null
                ? Stream.empty()
                : JsonParts.elements(array).stream().map(element -> Objects.requireNonNull(JsonParts.string(element)));
    }

    HeldState logging(String level) {
        return new HeldState(level, uris, gateways);
    }

    HeldState subscribed(String uri, boolean wanted) {
        var changed = new TreeSet<>(uris);
        var _ = wanted ? changed.add(uri) : changed.remove(uri);
        return new HeldState(logLevel, changed, gateways);
    }

    HeldState using(UUID gateway) {
        if (gateways.contains(gateway)) {
            return this;
        }
        var changed = new TreeSet<>(gateways);
        changed.add(gateway);
        return new HeldState(logLevel, uris, changed);
    }
}
