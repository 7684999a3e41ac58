package io.penstock.relay.bridge;

import io.penstock.access.Gate;
import io.penstock.access.Permit;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Showing.Shown;
import io.penstock.wire.Message;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** Tells the clients of a virtual server that what it shows has changed, on whichever replica the change was made. */
@Component
final class Changed {

    private final Gate gate;
    private final Watches watches;

    Changed(Gate gate, Watches watches) {
        this.gate = gate;
        this.watches = watches;
    }

    /**
     * A {@code list_changed} notification for each list that reads otherwise than before, until cancelled; also when an upstream says that
     * its list has changed, though what changed is read only then.
     */
    Flux<Message.Told> lists(Permit permit) {
        var showings = gate.showings(permit).publish().refCount(2);
        var changes = showings.map(Changed::definitions)
                .buffer(2, 1)
                .filter(both -> both.size() == 2)
                .concatMapIterable(both -> differing(both.getFirst(), both.getLast()), 1);
        var watched = showings.map(Showing::gateways)
                .distinctUntilChanged(Changed::versions)
                .switchMap(this::watched);
        return Flux.merge(changes, watched);
    }

    private static Map<UUID, Long> versions(List<Gateway> gateways) {
        return gateways.stream().collect(Collectors.toMap(Gateway::id, Gateway::version));
    }

    /** The upstreams themselves are listened to, so that a change is found before the next discovery would find it. */
    private Flux<Message.Told> watched(List<Gateway> gateways) {
        return Flux.fromIterable(gateways).flatMap(watches::over, Integer.MAX_VALUE, 1);
    }

    private static Map<Feature.Kind, Map<String, String>> definitions(Showing showing) {
        var definitions = new EnumMap<Feature.Kind, Map<String, String>>(Feature.Kind.class);
        for (var kind : Feature.Kind.values()) {
            var named = new HashMap<String, String>();
            for (Shown shown : showing.features().getOrDefault(kind, Map.of()).values()) {
                named.put(shown.name(), shown.definition());
            }
            definitions.put(kind, named);
        }
        return definitions;
    }

    private static List<Message.Told> differing(
            Map<Feature.Kind, Map<String, String>> before, Map<Feature.Kind, Map<String, String>> after) {
        return Stream.of(Feature.Kind.values())
                .filter(kind -> !before.getOrDefault(kind, Map.of()).equals(after.getOrDefault(kind, Map.of())))
                .map(Changed::method)
                .distinct()
                .map(method -> new Message.Told(method, null))
                .toList();
    }

    private static String method(Feature.Kind kind) {
        return switch (kind) {
            case TOOL -> Notices.TOOLS_CHANGED;
            case RESOURCE, RESOURCE_TEMPLATE -> Notices.RESOURCES_CHANGED;
            case PROMPT -> Notices.PROMPTS_CHANGED;
        };
    }
}
