package io.penstock.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.catalog.Showing.Hidden;
import io.penstock.catalog.Showing.Hidden.Why;
import io.penstock.catalog.Showing.Shown;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the virtual servers of one snapshot show: made once for all viewers who see the same. */
final class Showings {

    private static final int KEPT = 1000;
    private static final String ALL = "all";

    private final List<Gateway> gateways;
    private final Map<UUID, List<Offered>> offered;
    private final Set<String> owners = new HashSet<>();
    private final Set<String> teams = new HashSet<>();
    private final Cache<Key, Showing> made =
            Caffeine.newBuilder().maximumSize(KEPT).build();

    /** @param offered by gateway, what is switched on and there */
    Showings(Collection<Gateway> gateways, Map<UUID, List<Offered>> offered) {
        this.gateways = gateways.stream()
                .filter(Gateway::enabled)
                .sorted(Comparator.comparing(Gateway::slug))
                .toList();
        this.offered = offered;
        for (Gateway gateway : this.gateways) {
            owners.add(gateway.owner());
            if (gateway.teamId() != null) {
                teams.add(gateway.teamId());
            }
        }
    }

    private record Key(@Nullable UUID server, Viewer viewer) {}

    /** @param server null for everything */
    Showing of(@Nullable Server server, Viewer viewer) {
        var key = new Key(server == null ? null : server.id(), narrowed(viewer));
        var known = made.getIfPresent(key);
        return known != null ? known : made.get(key, _ -> make(server, key.viewer()));
    }

    /** The viewer without what makes no difference to what they see. */
    private Viewer narrowed(Viewer viewer) {
        String user = owners.contains(viewer.user()) ? viewer.user() : "";
        if (viewer.all() || viewer.teams().isEmpty()) {
            return new Viewer(viewer.all(), user, Set.of(), viewer.only());
        }
        var known = new HashSet<>(viewer.teams());
        known.retainAll(teams);
        return new Viewer(false, user, known, viewer.only());
    }

    private Showing make(@Nullable Server server, Viewer viewer) {
        var choice = Choice.of(server);
        var behind = gateways.stream()
                .filter(gateway -> viewer.reaches(gateway) && choice.takesOf(gateway, offered(gateway)))
                .toList();
        var features = new EnumMap<Feature.Kind, Map<String, Shown>>(Feature.Kind.class);
        for (var kind : Feature.Kind.values()) {
            features.put(kind, new TreeMap<>());
        }
        var hidden = new ArrayList<Hidden>();
        for (Gateway gateway : behind) {
            for (Offered one : offered(gateway)) {
                if (choice.takes(one)) {
                    add(one, gateway, choice.style(), features.get(one.kind()), hidden);
                }
            }
        }
        hidden.sort(Comparator.comparing(Hidden::kind)
                .thenComparing(Hidden::name)
                .thenComparing(one -> one.gateway().slug()));
        return new Showing(
                server == null ? ALL : server.name(), behind, ordered(features), rest(behind, choice), hidden);
    }

    private List<Offered> offered(Gateway gateway) {
        return offered.getOrDefault(gateway.id(), List.of());
    }

    /** Of two that have one name here, the one whose gateway's slug comes first is shown. */
    private static void add(
            Offered one, Gateway gateway, NameStyle style, @Nullable Map<String, Shown> shown, List<Hidden> hidden) {
        if (shown == null) {
            return;
        }
        String name = one.shownName(style);
        String definition = one.shownDefinition(style);
        if (one.held(gateway) || definition == null) {
            hidden.add(new Hidden(one.kind(), name, gateway, one.held(gateway) ? Why.HELD : Why.UNREADABLE, null));
            return;
        }
        Shown first = shown.putIfAbsent(name, new Shown(name, one.originalName(), gateway, definition));
        if (first != null) {
            hidden.add(new Hidden(one.kind(), name, gateway, Why.NAME_TAKEN, first.gateway()));
        }
    }

    private static Map<Feature.Kind, Map<String, Shown>> ordered(Map<Feature.Kind, Map<String, Shown>> features) {
        var ordered = new EnumMap<Feature.Kind, Map<String, Shown>>(Feature.Kind.class);
        features.forEach((kind, shown) -> ordered.put(kind, Collections.unmodifiableMap(new LinkedHashMap<>(shown))));
        return Collections.unmodifiableMap(ordered);
    }

    private static @Nullable Gateway rest(List<Gateway> behind, Choice choice) {
        var having = behind.stream().filter(Showings::hasResources).toList();
        return having.size() == 1 && choice.takesAllOf(having.getFirst()) ? having.getFirst() : null;
    }

    private static boolean hasResources(Gateway gateway) {
        String capabilities = gateway.status().capabilities();
        try {
            return capabilities != null && JsonParts.members(capabilities).containsKey("resources");
        } catch (Refusal unreadable) {
            return false;
        }
    }

    /** What a virtual server shows; everything where there is none. */
    private record Choice(boolean everything, NameStyle style, Set<UUID> features, Set<UUID> gateways) {

        static Choice of(@Nullable Server server) {
            return server == null
                    ? new Choice(true, NameStyle.PREFIXED, Set.of(), Set.of())
                    : new Choice(
                            false,
                            server.nameStyle(),
                            Set.copyOf(server.chosen().features()),
                            Set.copyOf(server.chosen().gateways()));
        }

        boolean takesAllOf(Gateway gateway) {
            return everything || gateways.contains(gateway.id());
        }

        boolean takes(Offered one) {
            return everything || gateways.contains(one.gatewayId()) || features.contains(one.id());
        }

        boolean takesOf(Gateway gateway, List<Offered> offered) {
            return takesAllOf(gateway) || offered.stream().anyMatch(one -> features.contains(one.id()));
        }
    }
}
