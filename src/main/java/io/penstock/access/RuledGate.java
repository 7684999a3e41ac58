package io.penstock.access;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.catalog.Barred;
import io.penstock.catalog.Catalog;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Showing;
import io.penstock.catalog.Snapshot;
import io.penstock.catalog.Viewer;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelope;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Decides by {@link Rule}, the caller's claims and the catalog's memory.
 *
 * <p>An administrator without scopes may do everything, anybody else is a viewer: reads, and executes. Scopes are exactly what their
 * credential may do, within that, unless they were granted by the operator's own key. An administrator sees every gateway, but MCP calls
 * through somebody's private gateway are its owner's alone: they carry the owner's credential. What a virtual server shows is what its
 * caller may call of what was chosen for it.
 */
@Component
final class RuledGate implements Gate {

    private static final Set<Permission> VIEWER = Set.of(
            Permission.GATEWAYS_READ,
            Permission.SERVERS_READ,
            Permission.TOOLS_READ,
            Permission.TOOLS_EXECUTE,
            Permission.RESOURCES_READ,
            Permission.PROMPTS_READ);

    private static final Caller ITSELF =
            new Caller("penstock", Caller.Source.GATEWAY, true, Set.of(), null, "", Instant.MAX);

    private final Catalog catalog;
    private final Reads<Snapshot> reads;

    @Autowired
    RuledGate(Catalog catalog) {
        this(catalog, Schedulers.parallel());
    }

    RuledGate(Catalog catalog, Scheduler scheduler) {
        this.catalog = catalog;
        this.reads = new Reads<>(Mono.defer(catalog::refresh), scheduler);
    }

    @Override
    public Mono<Permit> permit(Caller caller, Arrival arrival) {
        Snapshot snapshot = catalog.snapshot();
        Destination known = Destination.find(arrival.target(), snapshot, viewer(caller));
        if (known != null) {
            return decide(caller, arrival, known, snapshot);
        }
        // one that is there but not visible takes the same way as one that is not, and so the same time
        return reads.next()
                .onErrorMap(error -> new Refusal(
                        new Reason.Unavailable("The registered gateways cannot be read now", Duration.ofSeconds(5))))
                .flatMap(fresh -> lookAgain(caller, arrival, fresh));
    }

    private Mono<Permit> lookAgain(Caller caller, Arrival arrival, Snapshot fresh) {
        Destination found = Destination.find(arrival.target(), fresh, viewer(caller));
        return found == null
                ? refuse(new Reason.NotFound(Destination.absence(arrival.target())))
                : decide(caller, arrival, found, fresh);
    }

    private static Mono<Permit> decide(Caller caller, Arrival arrival, Destination destination, Snapshot snapshot) {
        Envelope message = arrival.envelope();
        Rule rule = Rule.of(message);
        if (rule == null || (arrival.era() == Era.STATELESS && Rule.isOnlyOfSessions(message))) {
            String method = message == null ? null : message.method();
            return refuse(new Reason.UnknownMethod(method == null ? "" : method));
        }
        if (!rule.anyOf().isEmpty() && rule.anyOf().stream().noneMatch(permission -> may(caller, permission))) {
            return refuse(forbidden(rule));
        }
        try {
            return Mono.just(new Permit(caller, arrival, route(destination, rule, message, snapshot)));
        } catch (Refusal refusal) {
            return Mono.error(refusal);
        }
    }

    private static Route route(Destination destination, Rule rule, @Nullable Envelope message, Snapshot snapshot) {
        return switch (destination) {
            case Destination.Upstream(var gateway) -> {
                requireOn(gateway.enabled(), "gateway");
                String name = message == null ? null : message.name();
                if (rule.kind() != null && name != null) {
                    requireUsable(snapshot.barred(gateway.id(), rule.kind(), name), name);
                }
                var listed = Feature.Kind.listedBy(message == null ? null : message.method());
                yield new Route.One(
                        gateway, null, listed == null ? Set.of() : snapshot.barred(gateway.id(), listed), false);
            }
            case Destination.Virtual(var showing, boolean enabled) -> {
                requireOn(enabled, "server");
                yield new Signpost(showing, snapshot).route(message);
            }
        };
    }

    private static void requireUsable(@Nullable Barred barred, String name) {
        switch (barred) {
            case OFF -> throw new Refusal(new Reason.BadParams("This is switched off here: " + name));
            case HELD -> throw new Refusal(new Reason.BadParams(Signpost.HELD + name));
            case null -> {}
        }
    }

    private static void requireOn(boolean enabled, String what) {
        if (!enabled) {
            throw new Refusal(new Reason.Unavailable("This " + what + " is switched off", Duration.ofMinutes(1)));
        }
    }

    private static Reason forbidden(Rule rule) {
        return new Reason.Forbidden(rule.anyOf().stream()
                .map(Permission::scope)
                .min(String::compareTo)
                .orElseThrow());
    }

    @Override
    public Flux<Showing> showings(Permit permit) {
        var target = permit.arrival().target();
        Viewer viewer = viewer(permit.caller());
        return catalog.snapshots()
                .takeWhile(snapshot -> Destination.find(target, snapshot, viewer) != null)
                .mapNotNull(snapshot -> shown(Destination.find(target, snapshot, viewer)));
    }

    private static @Nullable Showing shown(@Nullable Destination destination) {
        return destination instanceof Destination.Virtual(var showing, boolean enabled) && enabled ? showing : null;
    }

    @Override
    public Permit own(Gateway gateway) {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var request = new Request(
                "POST",
                "/gateways/" + gateway.id() + "/mcp",
                EmptyHttpHeaders.INSTANCE,
                loopback,
                UUID.randomUUID().toString());
        var arrival = new Arrival(
                request, new Arrival.Target.GatewayTarget(gateway.id()), Era.SESSIONS, null, null, new byte[0]);
        return new Permit(ITSELF, arrival, new Route.One(gateway, null));
    }

    @Override
    public Mono<Caller> require(Caller caller, Permission permission) {
        return may(caller, permission) ? Mono.just(caller) : refuse(new Reason.Forbidden(permission.scope()));
    }

    @Override
    public boolean sees(Caller caller, Gateway gateway) {
        return caller.admin() || viewer(caller).reaches(gateway);
    }

    /** As {@link #sees} asks of one gateway: the public ones, the user's own, those of the user's teams; an administrator's are all. */
    @Override
    public Viewer viewer(Caller caller) {
        return new Viewer(caller.admin(), caller.user(), caller.teams());
    }

    private static boolean may(Caller caller, Permission permission) {
        boolean has = caller.admin() || VIEWER.contains(permission);
        Set<String> scopes = caller.scopes();
        return scopes == null ? has : scopes.contains(permission.scope()) && (has || caller.granted());
    }

    private static <T> Mono<T> refuse(Reason reason) {
        return Mono.error(new Refusal(reason));
    }
}
