package io.penstock.health;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Gateways.Heard;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Gateways and what they offer, as far as health writes them. */
final class MemoryStore {

    /** What its clock says. */
    static final Instant NOW = Instant.parse("2026-11-21T07:00:00Z");

    final Map<UUID, Gateway> rows = new ConcurrentHashMap<>();
    final Map<Feature.Kind, List<Features.Discovered>> offered = new ConcurrentHashMap<>();
    final List<GatewayEvent> events = new CopyOnWriteArrayList<>();
    final Queue<Gateway> due = new ArrayDeque<>();
    final List<Duration> nexts = new CopyOnWriteArrayList<>();

    /** Counts the readings, and what is heard of changes. */
    private final AtomicLong clock = new AtomicLong();

    private volatile long changedAt;

    /** Whether another replica looks at all of them now, so that nothing is written. */
    volatile boolean leasedElsewhere;

    private static <T> T answering(Class<T> type, java.lang.reflect.InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    Gateways gateways() {
        return answering(Gateways.class, (_, method, arguments) -> switch (method.getName()) {
            case "find" -> Mono.justOrEmpty(rows.get((UUID) arguments[0]));
            case "claimDue" -> claim((Integer) arguments[0]);
            case "checked" ->
                Mono.fromSupplier(() -> {
                    if (leasedElsewhere) {
                        return false;
                    }
                    var gateway = (Gateway) arguments[0];
                    var heard = (Heard) arguments[2];
                    var before = gateway.status();
                    rows.put(
                            gateway.id(),
                            gateway.with(new Gateway.Status(
                                    (Gateway.Condition) arguments[1],
                                    NOW,
                                    heard.answered() ? NOW : before.lastSeenAt(),
                                    heard.reading() != null && heard.reading() > changedAt
                                            ? NOW.plusSeconds(heard.reading())
                                            : before.discoveredAt())));
                    nexts.add((Duration) arguments[3]);
                    return true;
                });
            case "beginReading" -> Mono.fromSupplier(clock::incrementAndGet);
            case "addEvent" ->
                Mono.fromRunnable(() -> events.addFirst(new GatewayEvent(
                        UUID.randomUUID(),
                        (UUID) arguments[0],
                        Instant.EPOCH,
                        (GatewayEvent.Kind) arguments[1],
                        (String) arguments[2])));
            case "events" -> newest((Integer) arguments[1], (Cursor) arguments[2]);
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private Flux<Gateway> claim(int limit) {
        return Flux.<Gateway>generate(sink -> {
                    var next = due.poll();
                    if (next == null) {
                        sink.complete();
                    } else {
                        sink.next(next);
                    }
                })
                .take(limit);
    }

    private Flux<GatewayEvent> newest(int limit, Cursor before) {
        return before == null ? Flux.fromIterable(events).take(limit) : Flux.empty();
    }

    Features features() {
        return answering(Features.class, (_, method, arguments) -> {
            if (method.getName().equals("counts")) {
                return Mono.fromSupplier(() -> counts((Collection<?>) arguments[0]));
            }
            if (!method.getName().equals("replace")) {
                throw new UnsupportedOperationException(method.getName());
            }
            @SuppressWarnings("unchecked")
            var discovered = (List<Features.Discovered>) arguments[2];
            return Mono.fromSupplier(() -> {
                var before = offered.put((Feature.Kind) arguments[1], discovered);
                return new Features.Outcome(discovered.size(), 0, before == null ? 0 : before.size());
            });
        });
    }

    private Map<?, Features.Counts> counts(Collection<?> gateways) {
        var counts = new Features.Counts(
                size(Feature.Kind.TOOL),
                size(Feature.Kind.RESOURCE) + size(Feature.Kind.RESOURCE_TEMPLATE),
                size(Feature.Kind.PROMPT));
        return counts.equals(Features.Counts.NONE)
                ? Map.of()
                : Map.of(gateways.iterator().next(), counts);
    }

    private int size(Feature.Kind kind) {
        return offered.getOrDefault(kind, List.of()).size();
    }

    /** As an upstream does that says that its lists have changed. */
    void change(Gateway gateway) {
        changedAt = clock.incrementAndGet();
        var seen = rows.get(gateway.id()).status();
        rows.put(
                gateway.id(),
                gateway.with(new Gateway.Status(seen.condition(), seen.lastCheckedAt(), seen.lastSeenAt(), null)));
    }

    Gateway add(Gateway gateway) {
        rows.put(gateway.id(), gateway);
        return gateway;
    }
}
