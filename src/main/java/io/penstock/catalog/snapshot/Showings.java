package io.penstock.catalog.snapshot;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Viewer;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Refusal;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the virtual servers of one snapshot show: made once for all viewers who see the same, and again only where something that it was
 * made of is another.
 */
final class Showings {

    /** How many things are kept as shown, each once for every showing that has it: at a hundred bytes each, a tenth of the heap. */
    private static final long KEPT = Runtime.getRuntime().maxMemory() / 10 / 100;

    /** What a showing weighs that shows nothing. */
    private static final int EMPTY = 10;

    private static final Duration UNUSED = Duration.ofMinutes(10);
    private static final String ALL = "all";

    /** Of nothing. */
    static final Showings NONE = new Showings(Parted.empty(), Set.of(), Set.of(), wholes(), parts());

    private final Parted<UUID, Stock> stocks;
    private final Set<String> owners;
    private final Set<String> teams;
    private final Cache<Key, Made> made;
    private final Cache<Part, Showing> parts;

    private Showings(
            Parted<UUID, Stock> stocks,
            Set<String> owners,
            Set<String> teams,
            Cache<Key, Made> made,
            Cache<Part, Showing> parts) {
        this.stocks = stocks;
        this.owners = owners;
        this.teams = teams;
        this.made = made;
        this.parts = parts;
    }

    /**
     * What is shown when something has changed. What was made for viewers before is made again only where it is wanted and may differ.
     *
     * @param come the gateways that are new or other ones
     * @param renamed whether other names are registered, which permissions depend on
     */
    Showings over(Parted<UUID, Stock> now, Collection<Gateway> come, boolean renamed) {
        boolean anew = this == NONE;
        return new Showings(
                now,
                with(owners, come.stream().map(Gateway::owner)),
                with(teams, come.stream().map(Gateway::teamId)),
                anew ? wholes() : made,
                anew || renamed ? parts() : parts);
    }

    /** One too many does no harm: its viewers get a showing of their own. */
    private static Set<String> with(Set<String> known, Stream<@Nullable String> more) {
        var fresh = more.filter(one -> one != null && !known.contains(one)).collect(Collectors.toSet());
        if (fresh.isEmpty()) {
            return known;
        }
        fresh.addAll(known);
        return Collections.unmodifiableSet(fresh);
    }

    private record Key(@Nullable UUID server, Viewer viewer) {}

    private record Part(long whole, Object rights) {}

    private static Cache<Key, Made> wholes() {
        return kept(Made::showing);
    }

    private static Cache<Part, Showing> parts() {
        return kept(showing -> showing);
    }

    private static <K, V> Cache<K, V> kept(Function<V, Showing> shown) {
        return Caffeine.newBuilder()
                .maximumWeight(KEPT)
                .weigher((K _, V one) -> EMPTY + shown.apply(one).size())
                .expireAfterAccess(UNUSED)
                .executor(Runnable::run)
                .build();
    }

    /** As {@link Snapshot#part}. */
    Showing part(Showing whole, Object rights, Supplier<Showing> making) {
        var key = new Part(whole.edition(), rights);
        var known = parts.getIfPresent(key);
        return known != null ? known : parts.get(key, _ -> making.get());
    }

    /** @param of null for everything */
    Showing of(@Nullable Assortment of, Viewer viewer) {
        var key = new Key(of == null ? null : of.server().id(), narrowed(viewer));
        var known = made.getIfPresent(key);
        if (known != null && known.holds(of, stocks)) {
            return known.showing();
        }
        var behind = behind(of);
        var fresh = make(of, behind, key.viewer());
        made.put(key, new Made(fresh, of, behind, stocks));
        return fresh;
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

    private List<Stock> behind(@Nullable Assortment of) {
        return of == null
                ? stocks.values().toList()
                : of.gateways().stream()
                        .map(stocks::get)
                        .filter(Objects::nonNull)
                        .toList();
    }

    private static Showing make(@Nullable Assortment of, List<Stock> from, Viewer viewer) {
        var choice = Choice.of(of);
        var behind = from.stream()
                .filter(stock -> stock.gateway().enabled() && viewer.reaches(stock.gateway()) && choice.takesOf(stock))
                .sorted(Comparator.comparing(stock -> stock.gateway().slug()))
                .toList();
        var claimants = new Claimants(choice.style());
        for (Stock stock : behind) {
            for (Offered one : stock.present()) {
                if (choice.takes(one)) {
                    claimants.add(one, stock.gateway());
                }
            }
        }
        var gateways = behind.stream().map(Stock::gateway).toList();
        return new Showing(
                of == null ? ALL : of.server().name(),
                gateways,
                claimants.shown(),
                rest(gateways, choice),
                claimants.hidden());
    }

    private static @Nullable Gateway rest(List<Gateway> behind, Choice choice) {
        var having = behind.stream().filter(Showings::hasResources).toList();
        return having.size() == 1 && choice.takesAllOf(having.getFirst()) ? having.getFirst() : null;
    }

    private static boolean hasResources(Gateway gateway) {
        String capabilities = gateway.status().condition().capabilities();
        try {
            return capabilities != null && JsonParts.members(capabilities).containsKey("resources");
        } catch (Refusal unreadable) {
            return false;
        }
    }

    /** What a virtual server shows; everything where there is none. */
    private record Choice(boolean everything, NameStyle style, Set<UUID> features, Set<UUID> gateways) {

        static Choice of(@Nullable Assortment of) {
            if (of == null) {
                return new Choice(true, NameStyle.PREFIXED, Set.of(), Set.of());
            }
            var chosen = of.server().chosen();
            return new Choice(
                    false, of.server().nameStyle(), Set.copyOf(chosen.features()), Set.copyOf(chosen.gateways()));
        }

        boolean takesAllOf(Gateway gateway) {
            return everything || gateways.contains(gateway.id());
        }

        boolean takes(Offered one) {
            return everything || gateways.contains(one.gatewayId()) || features.contains(one.id());
        }

        boolean takesOf(Stock stock) {
            return takesAllOf(stock.gateway()) || stock.present().stream().anyMatch(one -> features.contains(one.id()));
        }
    }

    /** A showing with what it was made of. */
    private static final class Made {

        private final Showing showing;
        private final @Nullable Assortment of;
        private final List<Stock> behind;
        private volatile Parted<UUID, Stock> seen;

        Made(Showing showing, @Nullable Assortment of, List<Stock> behind, Parted<UUID, Stock> seen) {
            this.showing = showing;
            this.of = of;
            this.behind = behind;
            this.seen = seen;
        }

        Showing showing() {
            return showing;
        }

        /** Whether it would be made of the same. Looked at once for each snapshot: a call does not look at all that is behind a server. */
        boolean holds(@Nullable Assortment now, Parted<UUID, Stock> stocks) {
            if (!Objects.equals(of, now)) {
                return false;
            }
            if (seen == stocks) {
                return true;
            }
            boolean same = now != null
                    && behind.size()
                            == now.gateways().stream()
                                    .map(stocks::get)
                                    .filter(Objects::nonNull)
                                    .count()
                    && behind.stream()
                            .allMatch(stock -> stocks.get(stock.gateway().id()) == stock);
            if (same) {
                seen = stocks;
            }
            return same;
        }
    }
}
