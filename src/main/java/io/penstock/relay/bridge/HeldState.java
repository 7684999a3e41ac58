package io.penstock.relay.bridge;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What changes in the course of a session.
 *
 * @param logLevel the least severe log message that the client wants; null where it has not said
 * @param homes the resources whose updates it wants, and the upstream that each is of
 * @param gateways the upstreams that it has used, whose streams it hears
 */
record HeldState(@Nullable String logLevel, Map<String, UUID> homes, Set<UUID> gateways) {

    /** More are a client's mistake: all of them are one row, written whole with each change and read whole by each replica that serves it. */
    static final int MOST_SUBSCRIPTIONS = 1_000;

    static final HeldState NEW = new HeldState(null, Map.of(), Set.of());

    /** The home of what an older replica wrote down: any upstream. */
    private static final UUID ANYWHERE = new UUID(0, 0);

    HeldState {
        homes = Map.copyOf(homes);
        gateways = Set.copyOf(gateways);
    }

    /** As JSON text. Older replicas read the URIs without their homes. */
    String json() {
        var members = new LinkedHashMap<String, String>();
        if (logLevel != null) {
            members.put("level", Message.quote(logLevel));
        }
        members.put("uris", strings(homes.keySet()));
        members.put("homes", strings(homes.values().stream().map(UUID::toString).toList()));
        members.put("gateways", strings(gateways.stream().map(UUID::toString).toList()));
        return Message.object(members);
    }

    private static String strings(Collection<String> texts) {
        return texts.stream().map(Message::quote).collect(Collectors.joining(",", "[", "]"));
    }

    /** What {@link #json} wrote. */
    static HeldState read(String json) {
        var members = JsonParts.members(json);
        var uris = texts(members.get("uris")).toList();
        var places = texts(members.get("homes")).map(UUID::fromString).toList();
        var homes = new HashMap<String, UUID>();
        for (int i = 0; i < uris.size(); i++) {
            homes.put(uris.get(i), places.size() == uris.size() ? places.get(i) : ANYWHERE);
        }
        return new HeldState(
                JsonParts.string(members.get("level")),
                homes,
                texts(members.get("gateways")).map(UUID::fromString).collect(Collectors.toSet()));
    }

    private static Stream<String> texts(@Nullable String array) {
        return array == null
                ? Stream.empty()
                : JsonParts.elements(array).stream().map(element -> Objects.requireNonNull(JsonParts.string(element)));
    }

    /** The resources whose updates it wants. */
    Set<String> uris() {
        return homes.keySet();
    }

    /** Those of one upstream. */
    Set<String> urisOf(UUID gateway) {
        Predicate<Map.Entry<String, UUID>> there =
                home -> home.getValue().equals(gateway) || home.getValue().equals(ANYWHERE);
        return homes.entrySet().stream().filter(there).map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    /** The upstreams of a virtual server that it has used. */
    List<Gateway> used(Showing showing) {
        return showing.gateways().stream()
                .filter(gateway -> gateways.contains(gateway.id()))
                .toList();
    }

    /** Whether it has no room for a subscription that it does not have. */
    boolean isFull(String uri) {
        return homes.size() >= MOST_SUBSCRIPTIONS && !homes.containsKey(uri);
    }

    HeldState logging(String level) {
        return new HeldState(level, homes, gateways);
    }

    HeldState subscribed(String uri, UUID gateway) {
        var changed = new HashMap<>(homes);
        changed.put(uri, gateway);
        return new HeldState(logLevel, changed, gateways);
    }

    HeldState unsubscribed(String uri) {
        var changed = new HashMap<>(homes);
        changed.remove(uri);
        return new HeldState(logLevel, changed, gateways);
    }

    HeldState using(UUID gateway) {
        if (gateways.contains(gateway)) {
            return this;
        }
        var changed = new HashSet<>(gateways);
        changed.add(gateway);
        return new HeldState(logLevel, homes, changed);
    }
}
