package io.penstock.access;

import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelope;
import io.penstock.wire.Envelopes;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The evidence that a call was checked: only the gate makes one. */
public final class Permit {

    private final Caller caller;
    private final Arrival arrival;
    private final Route route;

    Permit(Caller caller, Arrival arrival, Route route) {
        this.caller = caller;
        this.arrival = arrival;
        this.route = route;
    }

    public Caller caller() {
        return caller;
    }

    public Arrival arrival() {
        return arrival;
    }

    public Route route() {
        return route;
    }

    /** The upstream that the call goes to. Throws {@link IllegalStateException} where it goes to many. */
    public Gateway gateway() {
        return switch (route) {
            case Route.One one -> one.gateway();
            case Route.Many many ->
                throw new IllegalStateException(
                        "This call goes to all of " + many.showing().name());
        };
    }

    /**
     * The permit to tell the upstream that a call with sessions is given up (2025-11-25, Cancellation): it holds though the right to the
     * call has ended. Null where there is nothing to cancel: other calls are cancelled by letting go of their answer.
     *
     * @param why what the upstream is told
     */
    public @Nullable Permit toCancel(String why) {
        Envelope message = arrival.envelope();
        if (message == null
                || message.kind() != Envelope.Kind.REQUEST
                || arrival.era() != Era.SESSIONS
                || "initialize".equals(message.method())) {
            return null;
        }
        byte[] body = ("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
                        + message.id() + ",\"reason\":" + Message.quote(why) + "}}")
                .getBytes(StandardCharsets.UTF_8);
        var telling = new Arrival(
                arrival.request(), arrival.target(), arrival.era(), Envelopes.read(body), null, body, false);
        return new Permit(
                caller,
                telling,
                switch (route) {
                    case Route.One one -> new Route.One(one.gateway(), null, Map.of(), one.amongMany());
                    case Route.Many many -> many;
                });
    }

    /** The permit for the same call to a virtual server as it is now, for what goes on while that changes. */
    public Permit within(Showing now) {
        if (!(route instanceof Route.Many)) {
            throw new IllegalStateException("This call goes to one upstream");
        }
        return new Permit(caller, arrival, new Route.Many(now));
    }

    /** The permit for the share of one of the upstreams that the call goes to. */
    public Permit towards(Gateway gateway) {
        boolean covered = switch (route) {
            case Route.One one -> one.gateway().id().equals(gateway.id());
            case Route.Many many -> many.goesTo(gateway);
        };
        if (!covered) {
            throw new IllegalStateException("This call does not go to gateway " + gateway.id());
        }
        boolean amongMany = !(route instanceof Route.One one) || one.amongMany();
        return new Permit(caller, arrival, new Route.One(gateway, null, Map.of(), amongMany));
    }
}
