package io.penstock.access;

import io.penstock.access.Route.One.Listed;
import io.penstock.caller.Caller;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.snapshot.Barred;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelope;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Decides one call to an endpoint that its caller sees: the method's rule, the caller's authority over what it names, and where it goes. */
final class Decision {

    /** What a completion may be for: a prompt, or a resource by its template or its URI. */
    private static final List<Feature.Kind> COMPLETED =
            List.of(Feature.Kind.PROMPT, Feature.Kind.RESOURCE_TEMPLATE, Feature.Kind.RESOURCE);

    private static final List<Feature.Kind> ALL = List.of(Feature.Kind.values());
    private static final Listed NOTHING = new Listed(true, Set.of());

    private Decision() {}

    /** As {@link Gate#permit}. */
    static Mono<Permit> permit(Caller caller, Arrival arrival, Destination destination, Snapshot snapshot) {
        try {
            return Mono.just(decide(caller, arrival, destination, snapshot));
        } catch (Refusal refusal) {
            return Mono.error(refusal);
        }
    }

    /**
     * As {@link Gate#objection}.
     *
     * @param viewer the caller, by what is visible
     */
    static @Nullable Refusal objection(
            Caller caller, Permit permit, Destination destination, Snapshot snapshot, Viewer viewer) {
        // what one virtual server shows is not bounded any further
        var seeing = destination instanceof Destination.Virtual(var _, var server) && server != null
                ? viewer.unbounded()
                : viewer;
        try {
            var now = decide(caller, permit.arrival(), destination, snapshot);
            if (!(permit.route() instanceof Route.One one)) {
                return null;
            }
            if (!one.amongMany() && !now.arrival().equals(permit.arrival())) {
                return new Refusal(new Reason.BadParams("Not all that this listens for may be used now; listen again"));
            }
            return now.route() instanceof Route.Many many && !many.goesTo(one.gateway())
                    ? notThere()
                    : objection(one, null, permit.arrival(), snapshot, seeing);
        } catch (Refusal refusal) {
            boolean unnamed =
                    refusal.reason() instanceof Reason.BadParams || refusal.reason() instanceof Reason.NoSuchResource;
            return unnamed && permit.route() instanceof Route.One one
                    ? objection(one, refusal, permit.arrival(), snapshot, seeing)
                    : refusal;
        }
    }

    /** What there is to say against the gateway's own going on where it went, which nobody has to see. */
    static @Nullable Refusal ownObjection(Permit permit, Snapshot snapshot) {
        return permit.route() instanceof Route.One one
                ? standing(snapshot.gateway(one.gateway().id()))
                : null;
    }

    private static @Nullable Refusal standing(@Nullable Gateway gateway) {
        if (gateway == null) {
            return notThere();
        }
        return gateway.enabled() ? null : off("gateway");
    }

    /** What there is to say against going on where the call went: its upstream, and the thing there by its upstream's name. */
    private static @Nullable Refusal objection(
            Route.One route, @Nullable Refusal unnamed, Arrival arrival, Snapshot snapshot, Viewer viewer) {
        Gateway gateway = snapshot.gateway(route.gateway().id());
        if (gateway == null || !viewer.reaches(gateway)) {
            return notThere();
        }
        Refusal standing = standing(gateway);
        if (standing != null) {
            return standing;
        }
        Envelope message = arrival.envelope();
        Rule rule = Rule.of(message);
        if (unnamed == null || message == null || rule == null) {
            return null;
        }
        String name = route.originalName() == null ? message.name() : route.originalName();
        boolean barred = name != null
                && kinds(rule, message).stream().anyMatch(kind -> snapshot.barred(gateway.id(), kind, name) != null);
        return barred ? unnamed : null;
    }

    private static Refusal notThere() {
        return new Refusal(new Reason.NotFound("The gateway that this call went to is not there any more"));
    }

    private static Permit decide(Caller caller, Arrival arrival, Destination destination, Snapshot snapshot) {
        Envelope message = arrival.envelope();
        Rule rule = Rule.of(message);
        if (rule == null || (arrival.era() == Era.STATELESS && Rule.isOnlyOfSessions(message))) {
            String method = message == null ? null : message.method();
            throw new Refusal(new Reason.UnknownMethod(method == null ? "" : method));
        }
        var authority = new Authority(caller, snapshot::hasNamed);
        if (!rule.isMet(authority::somewhere)) {
            throw new Refusal(forbidden(rule));
        }
        var usable = new Usable(authority, snapshot);
        Route route = route(destination, rule, message, snapshot, usable);
        var listening = Listening.of(arrival);
        if (listening == null) {
            return new Permit(caller, arrival, route);
        }
        if (!authority.somewhere(Permission.RESOURCES_READ)) {
            throw new Refusal(new Reason.Forbidden(Permission.RESOURCES_READ.scope()));
        }
        return new Permit(caller, listening.only(uri -> maySubscribe(uri, destination, snapshot, usable)), route);
    }

    /** Whether the caller could subscribe to the resource by its own request (2025-11-25, Resources). */
    private static boolean maySubscribe(String uri, Destination destination, Snapshot snapshot, Usable usable) {
        var subscribing = new Envelope(Envelope.Kind.REQUEST, "0", "resources/subscribe", uri, null, null);
        try {
            var _ = route(destination, Rule.SUBSCRIBING, subscribing, snapshot, usable);
            return true;
        } catch (Refusal barred) {
            return false;
        }
    }

    private static Route route(
            Destination destination, Rule rule, @Nullable Envelope message, Snapshot snapshot, Usable usable) {
        Route route = switch (destination) {
            case Destination.Upstream(var gateway) -> toUpstream(gateway, rule, message, snapshot, usable);
            case Destination.Virtual virtual -> {
                requireOn(virtual.isOn(), "server");
                yield new Signpost(virtual.showing(), snapshot).route(message);
            }
        };
        if (message != null && !usable.reaches(destination, route, rule, message)) {
            throw new Refusal(forbidden(rule));
        }
        return route instanceof Route.Many && destination instanceof Destination.Virtual(var showing, var server)
                ? new Route.Many(usable.of(showing, server))
                : route;
    }

    private static Route toUpstream(
            Gateway gateway, Rule rule, @Nullable Envelope message, Snapshot snapshot, Usable usable) {
        requireOn(gateway.enabled(), "gateway");
        String name = message == null ? null : message.name();
        if (message != null && name != null) {
            for (var kind : kinds(rule, message)) {
                requireUsable(snapshot.barred(gateway.id(), kind, name), name);
            }
        }
        var listed = message == null ? null : Feature.Kind.listedBy(message.method());
        if (listed != null && usable.listed(gateway, listed) == null) {
            throw new Refusal(forbidden(rule));
        }
        var lists = new EnumMap<Feature.Kind, Listed>(Feature.Kind.class);
        // a session's stream may bring the list that a call before asked for
        for (var kind : message == null ? ALL : listed == null ? List.<Feature.Kind>of() : List.of(listed)) {
            var shown = Objects.requireNonNullElse(usable.listed(gateway, kind), NOTHING);
            if (!shown.isEverything()) {
                lists.put(kind, shown);
            }
        }
        return new Route.One(gateway, null, lists, false);
    }

    /** What a message's name may be the name of. */
    private static List<Feature.Kind> kinds(Rule rule, Envelope message) {
        if (rule.kind() != null) {
            return List.of(rule.kind());
        }
        return "completion/complete".equals(message.method()) ? COMPLETED : List.of();
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
            throw off(what);
        }
    }

    private static Refusal off(String what) {
        return new Refusal(new Reason.Unavailable("This " + what + " is switched off", Duration.ofMinutes(1)));
    }

    private static Reason forbidden(Rule rule) {
        return new Reason.Forbidden(rule.anyOf().stream()
                .map(Permission::scope)
                .min(String::compareTo)
                .orElseThrow());
    }
}
