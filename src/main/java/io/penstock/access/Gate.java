package io.penstock.access;

import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Server;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.wire.Arrival;
import io.penstock.wire.Refusal;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Decides what a caller may do. Denies unless a rule allows. */
public interface Gate {

    /**
     * Checks an MCP call: the endpoint exists and is visible, the method has a rule, the caller has its permission, the thing it names is
     * not switched off, and on a virtual server shown. The method and name are those of the body. Of the resources that a
     * {@code subscriptions/listen} asks for, the permit's message has those left that the caller could subscribe to. Never empty. Error:
     * {@code NotFound}, {@code Forbidden}, {@code UnknownMethod}, {@code BadParams} (no such thing is shown), {@code Unavailable} (switched
     * off).
     */
    Mono<Permit> permit(Caller caller, Arrival arrival);

    /**
     * Why a call that was permitted may not go on, by what is in memory now; null where it may. A thing that has only got another name
     * since goes on.
     *
     * @param caller as is known now
     */
    @Nullable
    Refusal objection(Caller caller, Permit permit);

    /** What {@link #permit} would decide of a call, and why. Looks at memory only. Never empty. */
    Mono<Explanation> explain(Caller caller, Arrival arrival);

    /** As {@link #explain(Caller, Arrival)}, if that were what is registered. */
    Mono<Explanation> explain(Caller caller, Arrival arrival, Snapshot registered);

    /**
     * What a virtual server shows to the caller whose call that permits, now and after each change of the catalog, until cancelled; empty
     * where the endpoint is a gateway's own. Completes once it is not there for the caller any more.
     */
    Flux<Showing> showings(Permit permit);

    /** A permit for the gateway's own errands at an upstream: health checks and discovery. */
    Permit own(Gateway gateway);

    /** A permit for an errand at an upstream that a caller sends the gateway on: it carries the caller's credential there. */
    Permit own(Gateway gateway, Caller sender);

    /** The caller, where it is worth looking what the permission may hold for. Error: {@code Forbidden} that names the permission. */
    Mono<Caller> require(Caller caller, Permission permission);

    /** Throws {@code Forbidden} that names the permission, where the caller does not have it on this gateway and what it offers. */
    void demand(Caller caller, Permission permission, Gateway gateway);

    /** Throws {@code Forbidden} that names the permission, where the caller does not have it on this virtual server. */
    void demand(Caller caller, Permission permission, Server server);

    /**
     * Throws {@code Forbidden} that names the permission, where the caller does not have it on what is that team's.
     *
     * @param team null for what is no team's
     */
    void demandIn(Caller caller, Permission permission, @Nullable String team);

    /** What the groups of the caller's identity provider give, by what is registered; none where it says nothing of groups. */
    Set<String> scopesOfGroups(Caller caller);

    /** Whether the caller may know that the gateway exists. */
    boolean sees(Caller caller, Gateway gateway);

    /** Whose eyes are looked with. */
    Viewer viewer(Caller caller);

    /** Whose eyes lists are read with that need a permission: they show what it holds for. */
    Viewer viewer(Caller caller, Permission permission);
}
