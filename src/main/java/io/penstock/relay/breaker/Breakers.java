package io.penstock.relay.breaker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.loop.Rounds;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.UpstreamFailed;
import io.penstock.wire.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Stops calling upstreams that fail, until a few calls have shown that they are back. Nothing is kept of an upstream before it fails, so a
 * call to one that is well costs a look into an empty map.
 */
@Component
@EnableConfigurationProperties(BreakerSettings.class)
public final class Breakers {

    private static final int SERVER_ERROR = 500;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final BreakerSettings settings;
    private final LongSupplier nanos;
    private final Counter refused;
    private final Map<UUID, Troubled> troubled = new ConcurrentHashMap<>();

    @Autowired
    Breakers(BreakerSettings settings, MeterRegistry meters, Catalog catalog, Rounds rounds) {
        this(settings, meters, catalog, rounds, System::nanoTime);
    }

    Breakers(BreakerSettings settings, MeterRegistry meters, Catalog catalog, Rounds rounds, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
        this.refused = Counter.builder("penstock.breaker.refused")
                .description("Calls that were not sent, because their upstream fails")
                .register(meters);
        gauge(meters, Circuit.OPEN, "Upstreams that are not called, because they fail");
        gauge(meters, Circuit.HALF_OPEN, "Upstreams that failed and are being tried");
        rounds.repeat(
                "breakers.follow",
                AFTER_FAILURE,
                catalog.snapshots().doOnNext(this::keep).then());
    }

    /** What was deleted, changed or switched off is no upstream in trouble: it may never be called again, and would be one for good. */
    private void keep(Snapshot snapshot) {
        troubled.forEach((id, known) -> {
            Gateway gateway = snapshot.gateway(id);
            if (gateway == null || !known.isOf(gateway.version())) {
                troubled.remove(id, known);
            }
        });
    }

    private void gauge(MeterRegistry meters, Circuit circuit, String description) {
        Gauge.builder(
                        "penstock.breaker." + circuit.text(),
                        troubled,
                        all -> all.values().stream()
                                .filter(one -> one.circuit() == circuit)
                                .count())
                .description(description)
                .register(meters);
    }

    /** How this replica sees the upstream. */
    public Circuit circuit(UUID gateway) {
        Troubled known = troubled.get(gateway);
        return known == null ? Circuit.CLOSED : known.circuit();
    }

    /** The call, if the upstream may be called now. Error: also {@code Unavailable}, and then nothing was sent. */
    public Mono<Reply> call(Gateway gateway, Mono<Reply> call) {
        Troubled known = find(gateway);
        if (known == null) {
            return call.doOnError(error -> failed(gateway, error));
        }
        if (!known.enter()) {
            return Mono.error(spared());
        }
        return call.doOnNext(_ -> succeeded(gateway, known))
                .doOnError(error -> ended(gateway, known, error))
                .doFinally(end -> leave(known, end));
    }

    /** The exchange, as {@link #call}. */
    public <T> Flux<T> exchange(Gateway gateway, Flux<T> exchange) {
        return Flux.defer(() -> {
            Troubled known = find(gateway);
            if (known == null) {
                return exchange.doOnError(error -> failed(gateway, error));
            }
            return known.enter() ? counted(gateway, known, exchange) : Flux.error(spared());
        });
    }

    /** The first message says that the upstream is back, however long the exchange goes on, and whoever ends it. */
    private <T> Flux<T> counted(Gateway gateway, Troubled known, Flux<T> exchange) {
        var counted = new AtomicBoolean();
        Runnable success = () -> {
            if (counted.compareAndSet(false, true)) {
                succeeded(gateway, known);
            }
        };
        return exchange.doOnNext(_ -> success.run())
                .doOnComplete(success)
                .doOnError(error -> {
                    if (counted.get()) {
                        failed(gateway, error);
                    } else {
                        ended(gateway, known, error);
                    }
                })
                .doFinally(end -> {
                    if (!counted.get()) {
                        leave(known, end);
                    }
                });
    }

    /**
     * Counts that the upstream broke a call off which is to be sent again.
     *
     * @throws Refusal {@code UpstreamFailed} where too many were sent again lately
     */
    public void repeating(Gateway gateway) {
        var brokeOff = new Refusal(new Reason.UpstreamFailed(
                "The upstream broke off before it answered; too many calls were sent again lately, so this one was not",
                null,
                UpstreamFailed.How.BROKE_OFF));
        if (!trouble(gateway, brokeOff).repeat()) {
            throw brokeOff;
        }
    }

    /** Counts a failure of the upstream's; nothing where it is none. */
    public void failed(Gateway gateway, Throwable error) {
        if (isUpstreams(error)) {
            var _ = trouble(gateway, error);
        }
    }

    private Troubled trouble(Gateway gateway, Throwable error) {
        Troubled known = troubled.compute(
                gateway.id(),
                (_, before) -> before != null && before.isOf(gateway.version())
                        ? before
                        : new Troubled(gateway.slug(), gateway.version(), settings, nanos));
        known.failed(error);
        return known;
    }

    private @Nullable Troubled find(Gateway gateway) {
        Troubled known = troubled.get(gateway.id());
        if (known == null || known.isOf(gateway.version())) {
            return known;
        }
        troubled.remove(gateway.id(), known);
        return null;
    }

    private void succeeded(Gateway gateway, Troubled known) {
        known.succeeded();
        if (known.isOver()) {
            troubled.remove(gateway.id(), known);
        }
    }

    /** An answer that says what was wrong with the call says that the upstream is well. */
    private void ended(Gateway gateway, Troubled known, Throwable error) {
        if (isUpstreams(error)) {
            known.failed(error);
        } else if (error instanceof Refusal refusal && refusal.reason() instanceof UpstreamFailed) {
            succeeded(gateway, known);
        } else {
            known.left();
        }
    }

    private static void leave(Troubled known, SignalType end) {
        if (end == SignalType.CANCEL) {
            known.left();
        }
    }

    private Refusal spared() {
        refused.increment();
        return new Refusal(new Reason.Unavailable(
                "This upstream failed too often, and is not called for a while: try again later", settings.pause()));
    }

    /** Whether the upstream is to blame: it was not reached, did not answer in time, broke off, or says itself that it failed. */
    private static boolean isUpstreams(Throwable error) {
        if (!(error instanceof Refusal refusal)) {
            return false;
        }
        return switch (refusal.reason()) {
            case Reason.UpstreamTimedOut _ -> true;
            case UpstreamFailed(var _, var status, var how) ->
                how == UpstreamFailed.How.BROKE_OFF
                        || (how == UpstreamFailed.How.ENDED && (status == null || status >= SERVER_ERROR));
            default -> false;
        };
    }
}
