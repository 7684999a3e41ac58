package io.penstock.access;

import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Showing;
import io.penstock.catalog.Viewer;
import io.penstock.wire.Arrival;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Decides what a caller may do. Denies unless a rule allows. */
public interface Gate {

    /**
     * Checks an MCP call: the endpoint exists and is visible, the method has a rule, the caller has its permission, the thing it names is
     * not switched off, and on a virtual server shown. The method and name are those of the body. Never empty. Error: {@code NotFound},
     * {@code Forbidden}, {@code UnknownMethod}, {@code BadParams} (no such thing is shown), {@code Unavailable} (switched off).
     */
    Mono<Permit> permit(Caller caller, Arrival arrival);

    /**
     * What a virtual server shows to the caller whose call that permits, now and after each change of the catalog, until cancelled; empty
     * where the endpoint is a gateway's own. Completes once it is not there for the caller any more.
     */
    Flux<Showing> showings(Permit permit);

    /** A permit for the gateway's own errands at an upstream: health checks and discovery. */
    Permit own(Gateway gateway);

    /** Error: {@code Forbidden} that names the permission; the caller otherwise. */
    Mono<Caller> require(Caller caller, Permission permission);

    /** Whether the caller may know that the gateway exists. */
    boolean sees(Caller caller, Gateway gateway);

    /** Whose eyes lists are read with. */
    Viewer viewer(Caller caller);
}
