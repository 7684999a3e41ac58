package io.penstock.api.servers;

import io.penstock.catalog.Server;
import io.penstock.catalog.Server.Chosen;
import io.penstock.catalog.Servers;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.ingress.IngressSettings;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Shows virtual servers to their callers, each with what that caller sees and can call of it. */
@Component
final class ServerViews {

    private final Servers servers;
    private final Catalog catalog;
    private final IngressSettings ingress;

    ServerViews(Servers servers, Catalog catalog, IngressSettings ingress) {
        this.servers = servers;
        this.catalog = catalog;
        this.ingress = ingress;
    }

    /** Never empty. */
    Mono<ServerView> of(Server server, Viewer viewer) {
        return of(List.of(server), viewer).map(List::getFirst);
    }

    /** In the order of the servers; never empty. */
    Mono<List<ServerView>> of(List<Server> shown, Viewer viewer) {
        return Mono.zip(
                seen(shown, viewer),
                current(shown),
                (seen, snapshot) -> shown.stream()
                        .map(server -> ServerView.of(
                                server,
                                seen.part(server.chosen()),
                                snapshot.contents(server.id(), viewer),
                                ingress.url("/servers/" + server.id() + "/mcp")))
                        .toList());
    }

    private Mono<Seen> seen(List<Server> shown, Viewer viewer) {
        var all = new Chosen(
                joined(shown, Chosen::tools),
                joined(shown, Chosen::resources),
                joined(shown, Chosen::prompts),
                joined(shown, Chosen::gateways));
        return servers.visible(all, viewer).map(Seen::of);
    }

    /** The snapshot that knows the servers as they are stored: who has just changed one counts what it shows now. */
    private Mono<Snapshot> current(List<Server> shown) {
        var snapshot = catalog.snapshot();
        boolean behind = shown.stream().anyMatch(server -> {
            var known = snapshot.server(server.id());
            return known == null || known.version() < server.version();
        });
        return behind
                ? catalog.refresh(
                        shown.stream().map(server -> server.id().toString()).toList())
                : Mono.just(snapshot);
    }

    private static List<UUID> joined(List<Server> servers, Function<Chosen, List<UUID>> part) {
        return servers.stream()
                .map(Server::chosen)
                .map(part)
                .flatMap(List::stream)
                .toList();
    }

    /** What the caller sees of all that is chosen. */
    private record Seen(Set<UUID> tools, Set<UUID> resources, Set<UUID> prompts, Set<UUID> gateways) {

        static Seen of(Chosen chosen) {
            return new Seen(
                    new HashSet<>(chosen.tools()),
                    new HashSet<>(chosen.resources()),
                    new HashSet<>(chosen.prompts()),
                    new HashSet<>(chosen.gateways()));
        }

        Chosen part(Chosen chosen) {
            return new Chosen(
                    among(chosen.tools(), tools),
                    among(chosen.resources(), resources),
                    among(chosen.prompts(), prompts),
                    among(chosen.gateways(), gateways));
        }

        private static List<UUID> among(Collection<UUID> ids, Set<UUID> seen) {
            return ids.stream().filter(seen::contains).toList();
        }
    }
}
