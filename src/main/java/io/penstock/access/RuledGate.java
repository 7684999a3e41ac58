package io.penstock.access;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Server;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.loop.Reads;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Decides by {@link Rule}, the caller's {@link Authority} and the catalog's memory.
 *
 * <p>An administrator sees every gateway, but MCP calls through somebody's private gateway are its owner's alone: they carry the owner's
 * credential. What a virtual server shows is what its caller may call of what was chosen for it.
 */
@Component
final class RuledGate implements Gate {

    /** What is looked for at once; who makes up more of it a second is told to wait. */
    private static final int MOST = 2000;

    private static final Caller ITSELF =
            new Caller("penstock", Caller.Source.GATEWAY, true, Set.of(), null, "", Instant.MAX);

    private final Catalog catalog;
    private final Reads<Snapshot> reads;
    private final Set<String> sought = ConcurrentHashMap.newKeySet();

    @Autowired
    RuledGate(Catalog catalog) {
        this(catalog, Schedulers.parallel());
    }

    RuledGate(Catalog catalog, Scheduler scheduler) {
        this.catalog = catalog;
        this.reads = new Reads<>(Mono.defer(this::search), scheduler);
    }

    @Override
    public Mono<Permit> permit(Caller caller, Arrival arrival) {
        Snapshot snapshot = catalog.snapshot();
        Destination known = Destination.find(arrival.target(), snapshot, viewer(caller));
        if (known != null) {
            return Decision.permit(caller, arrival, known, snapshot);
        }
        if (sought.size() >= MOST) {
            return refuse(
                    new Reason.Unavailable("Too much that is not known here is asked for", Duration.ofSeconds(1)));
        }
        // one that is there but not visible takes the same way as one that is not, and so the same time
        sought.add(name(arrival.target()));
        return reads.next()
                .onErrorMap(error -> new Refusal(
                        new Reason.Unavailable("The registered gateways cannot be read now", Duration.ofSeconds(5))))
                .flatMap(fresh -> lookAgain(caller, arrival, fresh));
    }

    private Mono<Snapshot> search() {
        var names = Set.copyOf(sought);
        sought.removeAll(names);
        return catalog.refresh(names);
    }

    private static String name(Target target) {
        return switch (target) {
            case Target.GatewayTarget(var id) -> id.toString();
            case Target.ServerTarget(var id) -> id.toString();
            case Target.NamedTarget(var name) -> name;
            case Target.AllTarget _ -> "";
        };
    }

    @Override
    public @Nullable Refusal objection(Caller caller, Permit permit) {
        Snapshot snapshot = catalog.snapshot();
        if (caller.source() == Caller.Source.GATEWAY) {
            return Decision.ownObjection(permit, snapshot);
        }
        var target = permit.arrival().target();
        Viewer viewer = viewer(caller);
        Destination known = Destination.find(target, snapshot, viewer);
        return known == null
                ? new Refusal(new Reason.NotFound(Destination.absence(target)))
                : Decision.objection(caller, permit, known, snapshot, viewer);
    }

    private Mono<Permit> lookAgain(Caller caller, Arrival arrival, Snapshot fresh) {
        Destination found = Destination.find(arrival.target(), fresh, viewer(caller));
        return found == null
                ? refuse(new Reason.NotFound(Destination.absence(arrival.target())))
                : Decision.permit(caller, arrival, found, fresh);
    }

    @Override
    public Mono<Explanation> explain(Caller caller, Arrival arrival) {
        return Mono.defer(() -> explain(caller, arrival, catalog.snapshot()));
    }

    @Override
    public Mono<Explanation> explain(Caller caller, Arrival arrival, Snapshot snapshot) {
        return Mono.defer(() -> {
            Destination found = Destination.find(arrival.target(), snapshot, viewer(caller));
            var steps = new Explainer(caller, arrival, snapshot).steps(found);
            Mono<Permit> decision = found == null
                    ? refuse(new Reason.NotFound(Destination.absence(arrival.target())))
                    : Decision.permit(caller, arrival, found, snapshot);
            return decision.map(permit -> new Explanation(true, outcome(permit.route()), steps))
                    .onErrorResume(
                            Refusal.class,
                            refusal -> Mono.just(new Explanation(
                                    false, String.valueOf(refusal.reason().detail()), steps)));
        });
    }

    private static String outcome(Route route) {
        return switch (route) {
            case Route.One one ->
                "The call goes to the gateway " + one.gateway().name();
            case Route.Many many ->
                "The call is answered for all of " + many.showing().name();
        };
    }

    @Override
    public Flux<Showing> showings(Permit permit) {
        var target = permit.arrival().target();
        Viewer viewer = viewer(permit.caller());
        return catalog.snapshots()
                .takeWhile(snapshot -> Destination.find(target, snapshot, viewer) != null)
                .mapNotNull(snapshot -> shown(permit.caller(), Destination.find(target, snapshot, viewer), snapshot))
                .distinctUntilChanged();
    }

    private static @Nullable Showing shown(Caller caller, @Nullable Destination destination, Snapshot snapshot) {
        return destination instanceof Destination.Virtual virtual && virtual.isOn()
                ? new Usable(new Authority(caller, snapshot::hasNamed), snapshot)
                        .of(virtual.showing(), virtual.server())
                : null;
    }

    @Override
    public Permit own(Gateway gateway) {
        return own(gateway, ITSELF);
    }

    @Override
    public Permit own(Gateway gateway, Caller sender) {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var request = new Request(
                "POST",
                "/gateways/" + gateway.id() + "/mcp",
                EmptyHttpHeaders.INSTANCE,
                loopback,
                UUID.randomUUID().toString());
        var arrival = new Arrival(
                request, new Arrival.Target.GatewayTarget(gateway.id()), Era.SESSIONS, null, null, new byte[0]);
        return new Permit(sender, arrival, new Route.One(gateway, null));
    }

    @Override
    public Mono<Caller> require(Caller caller, Permission permission) {
        return authority(caller).somewhere(permission) ? Mono.just(caller) : refuse(forbidden(permission));
    }

    @Override
    public void demand(Caller caller, Permission permission, Gateway gateway) {
        demand(caller, permission, Subject.of(gateway));
    }

    @Override
    public void demand(Caller caller, Permission permission, Server server) {
        demand(caller, permission, Subject.of(server));
    }

    @Override
    public void demandIn(Caller caller, Permission permission, @Nullable String team) {
        demand(caller, permission, Subject.ofTeam(team));
    }

    private void demand(Caller caller, Permission permission, Subject subject) {
        if (!authority(caller).on(permission, subject)) {
            throw new Refusal(forbidden(permission));
        }
    }

    @Override
    public Set<String> scopesOfGroups(Caller caller) {
        Set<String> groups = caller.grants().groups();
        return groups == null ? Set.of() : Groups.scopes(groups, catalog.snapshot()::hasNamed);
    }

    @Override
    public boolean sees(Caller caller, Gateway gateway) {
        return viewer(caller).sees(gateway);
    }

    /** As {@link #sees} asks of one gateway: the public ones, the user's own, those of the user's teams; an administrator's are all. */
    @Override
    public Viewer viewer(Caller caller) {
        return new Viewer(
                caller.admin(), caller.user(), caller.teams(), caller.bound() == null ? null : Set.of(caller.bound()));
    }

    @Override
    public Viewer viewer(Caller caller, Permission permission) {
        var authority = authority(caller);
        if (authority.everywhere(permission)) {
            return viewer(caller);
        }
        var snapshot = catalog.snapshot();
        Set<UUID> only = new HashSet<>();
        for (Gateway gateway : snapshot.gateways()) {
            if (authority.on(permission, Subject.of(gateway))) {
                only.add(gateway.id());
            }
        }
        for (Server server : snapshot.servers()) {
            if (authority.on(permission, Subject.of(server))) {
                only.add(server.id());
            }
        }
        return new Viewer(caller.admin(), caller.user(), caller.teams(), only);
    }

    private Authority authority(Caller caller) {
        return new Authority(caller, name -> catalog.snapshot().hasNamed(name));
    }

    private static Reason forbidden(Permission permission) {
        return new Reason.Forbidden(permission.scope());
    }

    private static <T> Mono<T> refuse(Reason reason) {
        return Mono.error(new Refusal(reason));
    }
}
