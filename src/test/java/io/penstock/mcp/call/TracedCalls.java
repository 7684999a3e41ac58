package io.penstock.mcp.call;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.penstock.access.Explanation;
import io.penstock.access.Gate;
import io.penstock.access.Permits;
import io.penstock.access.Route;
import io.penstock.access.limit.RateLimits;
import io.penstock.access.limit.SomeLimits;
import io.penstock.access.tenure.SomeTenures;
import io.penstock.audit.Trail;
import io.penstock.audit.call.MemoryCalls;
import io.penstock.caller.Caller;
import io.penstock.caller.proxy.Addresses;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.catalog.snapshot.SwappedCatalog;
import io.penstock.credential.Outbounds;
import io.penstock.loop.NoRounds;
import io.penstock.loop.Rounds;
import io.penstock.relay.Upstreams;
import io.penstock.wire.Arrival;
import io.penstock.wire.Refusal;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import reactor.core.publisher.Mono;

/** The path of a call with everything allowed, whose spans are counted. */
public final class TracedCalls {

    public final AtomicInteger begun = new AtomicInteger();
    public final AtomicInteger ended = new AtomicInteger();

    /** The path to that gateway, whatever the call is. */
    public Calls to(Gateway gateway, Caller caller, Upstreams upstreams) {
        var gate = proxy(
                Gate.class,
                (_, _, arguments) -> Mono.just(
                        Permits.of((Caller) arguments[0], (Arrival) arguments[1], new Route.One(gateway, null))));
        return through(gate, SomeLimits.none(), gateway, caller, upstreams);
    }

    /** The path to a gate that refuses everything. */
    Calls refused(Refusal refusal, RateLimits limits, Gateway gateway, Caller caller) {
        return through(
                proxy(Gate.class, (_, _, _) -> Mono.error(refusal)), limits, gateway, caller, (_) -> Mono.never());
    }

    private Calls through(Gate gate, RateLimits limits, Gateway gateway, Caller caller, Upstreams upstreams) {
        var registry = new SimpleMeterRegistry();
        return new Calls(
                _ -> Mono.just(caller),
                _ -> Mono.empty(),
                gate,
                limits,
                permit -> Mono.just(Outbounds.of(permit, URI.create("http://localhost:1"), new DefaultHttpHeaders())),
                upstreams,
                new Audits(proxy(Trail.class, (_, _, _) -> null), Addresses.ofSockets()),
                new CallMeters(registry, new SwappedCatalog(Snapshots.of(gateway)), new NoRounds()),
                new CallRecords(
                        new MemoryCalls(),
                        Addresses.ofSockets(),
                        proxy(Gate.class, (_, _, _) -> Mono.just(new Explanation(true, "", List.of()))),
                        proxy(Rounds.class, (_, _, arguments) -> arguments[1])),
                new CallTraces(
                        provider(proxy(SpanExporter.class, (_, _, _) -> null)),
                        provider(proxy(Tracer.class, (_, _, _) -> null)),
                        provider(propagator())),
                new Streams(new McpSettings(Duration.ofSeconds(15), 100), registry),
                SomeTenures.endless(),
                new Withdrawals(new NoRounds()));
    }

    private Propagator propagator() {
        var span = proxy(Span.class, (self, method, _) -> switch (method.getName()) {
            case "context" -> TraceContext.NOOP;
            case "end" -> {
                ended.incrementAndGet();
                yield null;
            }
            default -> self;
        });
        var builder = proxy(Span.Builder.class, (self, method, _) -> {
            if (!method.getName().equals("start")) {
                return self;
            }
            begun.incrementAndGet();
            return span;
        });
        return proxy(Propagator.class, (_, method, _) -> method.getName().equals("extract") ? builder : null);
    }

    private static <T> ObjectProvider<T> provider(T object) {
        return new ObjectProvider<>() {
            @Override
            public T getObject() {
                return object;
            }

            @Override
            public T getIfAvailable() {
                return object;
            }

            @Override
            public Stream<T> stream() {
                return Stream.of(object);
            }
        };
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
