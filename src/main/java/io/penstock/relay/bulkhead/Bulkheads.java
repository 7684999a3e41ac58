package io.penstock.relay.bulkhead;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.access.Permit;
import io.penstock.caller.Caller;
import io.penstock.relay.breaker.Breakers;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelope;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import java.time.Duration;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Lets so many calls be under way at each upstream, and the others wait for their turn. What is no call has no place: notifications, answers to
 * an upstream's questions, streams that stay open for as long as a client likes, and the gateway's own errands.
 */
@Component
public final class Bulkheads {

    private static final Duration LATER = Duration.ofSeconds(5);

    private final BulkheadSettings settings;
    private final Breakers breakers;
    private final GivenUp givenUp;
    private final Scheduler timer;
    private final Counter full;
    private final Counter late;

    /** By gateway; one that nobody is in is made anew. */
    private final LoadingCache<UUID, Bulkhead> bulkheads;

    @Autowired
    Bulkheads(BulkheadSettings settings, Breakers breakers, GivenUp givenUp, MeterRegistry meters) {
        this(settings, breakers, givenUp, meters, Schedulers.parallel());
    }

    Bulkheads(BulkheadSettings settings, Breakers breakers, GivenUp givenUp, MeterRegistry meters, Scheduler timer) {
        this.settings = settings;
        this.breakers = breakers;
        this.givenUp = givenUp;
        this.timer = timer;
        this.bulkheads =
                Caffeine.newBuilder().weakValues().executor(Runnable::run).build(_ -> new Bulkhead(settings));
        this.full = refused(meters, "full");
        this.late = refused(meters, "late");
        gauge(meters, "penstock.bulkhead.calls", "Calls under way at upstreams", Bulkhead::inFlight);
        gauge(meters, "penstock.bulkhead.waiting", "Calls that wait for a place at their upstream", Bulkhead::waiting);
    }

    private static Counter refused(MeterRegistry meters, String why) {
        return Counter.builder("penstock.bulkhead.refused")
                .description("Calls that got no place at their upstream")
                .tag("why", why)
                .register(meters);
    }

    private void gauge(MeterRegistry meters, String name, String description, ToIntFunction<Bulkhead> figure) {
        Gauge.builder(
                        name,
                        bulkheads,
                        all -> all.asMap().values().stream().mapToInt(figure).sum())
                .description(description)
                .register(meters);
    }

    /** The exchange that the permit is for, in a place of its upstream until the response. Error: {@code Unavailable}, and it never began. */
    public Flux<Message> exchange(Permit permit, Flux<Message> exchange) {
        if (isErrand(permit)) {
            return exchange;
        }
        return Flux.defer(() -> {
            var bulkhead = bulkhead(permit);
            var place = new Place(permit.caller().user());
            Flux<Message> placed =
                    bulkhead.enter(place) ? exchange : turn(place).thenMany(exchange);
            return breakers.exchange(permit.gateway(), placed)
                    .doOnNext(message -> {
                        if (message instanceof Message.Response) {
                            bulkhead.leave(place); // what comes after it is the end of the connection's use
                        }
                    })
                    .doFinally(_ -> bulkhead.leave(place));
        });
    }

    /**
     * The call that the permit is for, in a place of its upstream until its reply has ended or its client has given it up. Error:
     * {@code Unavailable}, and it never began.
     */
    public Mono<Reply> call(Permit permit, Mono<Reply> call) {
        if (isErrand(permit)) {
            return call;
        }
        return isCall(permit.arrival())
                ? givenUp.until(permit, call, sent -> placed(permit, sent))
                : givenUp.heeding(permit, call);
    }

    private Mono<Reply> placed(Permit permit, Mono<Reply> call) {
        return Mono.defer(() -> {
            var bulkhead = bulkhead(permit);
            var place = new Place(permit.caller().user());
            Mono<Reply> placed = bulkhead.enter(place) ? call : turn(place).then(call);
            return breakers.call(permit.gateway(), placed)
                    .map(reply -> kept(reply, permit, bulkhead, place))
                    .doFinally(_ -> {
                        if (!place.kept) {
                            bulkhead.leave(place);
                        }
                    });
        });
    }

    private Reply kept(Reply reply, Permit permit, Bulkhead bulkhead, Place place) {
        if (reply instanceof Reply.Events(var events, var source, var session)) {
            place.kept = true;
            return new Reply.Events(
                    events.doOnError(error -> breakers.failed(permit.gateway(), error))
                            .doFinally(_ -> bulkhead.leave(place)),
                    Disposables.composite(source, () -> bulkhead.leave(place)),
                    session);
        }
        return reply;
    }

    private Bulkhead bulkhead(Permit permit) {
        return bulkheads.get(permit.gateway().id());
    }

    private Mono<Void> turn(Place place) {
        return place.turn()
                .doOnError(_ -> full.increment())
                .timeout(settings.longestWait(), Mono.error(this::tooLate), timer);
    }

    private Refusal tooLate() {
        late.increment();
        return new Refusal(new Reason.Unavailable(
                "As many calls as this upstream may have at a time (" + settings.inFlight()
                        + ") are under way, and none ended in time: try again later",
                LATER));
    }

    private static boolean isErrand(Permit permit) {
        return permit.caller().source() == Caller.Source.GATEWAY;
    }

    private static boolean isCall(Arrival arrival) {
        Envelope message = arrival.envelope();
        return message != null && message.kind() == Envelope.Kind.REQUEST && !arrival.openEnded();
    }
}
