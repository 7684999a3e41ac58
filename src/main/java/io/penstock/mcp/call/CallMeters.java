package io.penstock.mcp.call;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.loop.Rounds;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Arrival.Target.AllTarget;
import io.penstock.wire.Arrival.Target.GatewayTarget;
import io.penstock.wire.Arrival.Target.NamedTarget;
import io.penstock.wire.Arrival.Target.ServerTarget;
import io.penstock.wire.Envelope;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** The data plane's figures: one timer per method, what was called, and outcome, made once and then looked up, until there is no such gateway. */
@Component
final class CallMeters {

    private static final Target NONE = new AllTarget(); // which has no name either
    private static final Duration FASTEST = Duration.ofNanos(100_000);
    private static final Duration SLOWEST = Duration.ofMinutes(1);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private record Key(String method, Target target, String outcome) {}

    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
    private final MeterRegistry registry;

    CallMeters(MeterRegistry registry, Catalog catalog, Rounds rounds) {
        this.registry = registry;
        rounds.repeat(
                "calls.series",
                AFTER_FAILURE,
                catalog.snapshots().doOnNext(this::keep).then());
    }

    /** Ends the series of what is not registered any more: gateways that come and go would leave theirs behind for good. */
    private void keep(Snapshot snapshot) {
        timers.forEach((key, timer) -> {
            if (!isThere(key.target(), snapshot) && timers.remove(key, timer)) {
                registry.remove(timer);
            }
        });
    }

    private static boolean isThere(Target target, Snapshot snapshot) {
        return switch (target) {
            case GatewayTarget(var id) -> snapshot.gateway(id) != null;
            case ServerTarget(var id) -> snapshot.server(id) != null;
            case NamedTarget(var name) -> snapshot.hasNamed(name);
            case AllTarget _ -> true;
        };
    }

    /** A call that reached its upstream. */
    void ended(Call call, Reply reply) {
        record(call, new Key(method(call), target(call), reply.status() < 400 ? "ok" : "error"));
    }

    /** A call that was not carried out; what it named may be anything, so it is counted by its reason alone. */
    void refused(Call call, Reason reason) {
        boolean upstream = reason instanceof Reason.UpstreamFailed || reason instanceof Reason.UpstreamTimedOut;
        String outcome = reason.getClass().getSimpleName();
        record(call, upstream ? new Key(method(call), target(call), outcome) : new Key("", NONE, outcome));
    }

    private void record(Call call, Key key) {
        var known = timers.get(key); // which locks nothing
        var timer = known == null ? timers.computeIfAbsent(key, this::timer) : known;
        timer.record(System.nanoTime() - call.started, TimeUnit.NANOSECONDS);
    }

    /** A request's method has a rule when it was let through; a notification's need not, so it is no label. */
    private static String method(Call call) {
        var envelope = call.envelope;
        if (envelope == null) {
            return call.request.method();
        }
        return envelope.kind() == Envelope.Kind.REQUEST
                ? String.valueOf(envelope.method())
                : envelope.kind().name().toLowerCase(Locale.ROOT);
    }

    private static Target target(Call call) {
        return call.target == null ? NONE : call.target;
    }

    /** What {@code gateway} names is a gateway or a virtual server, by the id or the name of the path; nothing on {@code /mcp}. */
    private Timer timer(Key key) {
        return Timer.builder("penstock.calls")
                .description("MCP calls, from the head of the request to the end of the reply")
                .tag("method", key.method())
                .tag("gateway", key.target().name())
                .tag("outcome", key.outcome())
                .publishPercentileHistogram()
                .minimumExpectedValue(FASTEST)
                .maximumExpectedValue(SLOWEST)
                .register(registry);
    }
}
