package io.penstock.access;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.wire.Arrival;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Permits for tests of what comes after the gate. */
public final class Permits {

    private Permits() {}

    /** As {@link Gate#own}. */
    public static Permit own(Gateway gateway) {
        var caller = new Caller("gateway", Caller.Source.GATEWAY, false, Set.of(), Set.of(), "", Instant.MAX);
        var request = new Request(
                "POST", "/", new DefaultHttpHeaders(), InetSocketAddress.createUnresolved("localhost", 0), "test");
        var target = new Arrival.Target.GatewayTarget(gateway.id());
        return new Permit(
                caller,
                new Arrival(request, target, Era.STATELESS, null, null, new byte[0]),
                new Route.One(gateway, null));
    }

    /** A permit as the gate would give it. */
    public static Permit of(Caller caller, Arrival arrival, Route route) {
        return new Permit(caller, arrival, route);
    }

    /** A gate that objects so, and decides nothing else. */
    public static Gate objecting(BiFunction<Caller, Permit, @Nullable Refusal> objection) {
        return (Gate) Proxy.newProxyInstance(
                Gate.class.getClassLoader(), new Class<?>[] {Gate.class}, (_, method, arguments) -> {
                    if (method.getName().equals("objection")) {
                        return objection.apply((Caller) arguments[0], (Permit) arguments[1]);
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    /** A gate that gives permits for the gateway's own errands, and under which nothing that is shown changes. */
    public static Gate gate() {
        return gate(_ -> Flux.never());
    }

    /** The same with what virtual servers show. */
    public static Gate gate(Function<Permit, Flux<Showing>> showings) {
        return (Gate) Proxy.newProxyInstance(
                Gate.class.getClassLoader(), new Class<?>[] {Gate.class}, (_, method, arguments) -> {
                    if (method.getName().equals("own")) {
                        return own((Gateway) arguments[0]);
                    }
                    if (method.getName().equals("showings")) {
                        return showings.apply((Permit) arguments[0]);
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
