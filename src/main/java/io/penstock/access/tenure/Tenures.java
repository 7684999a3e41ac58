package io.penstock.access.tenure;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.access.Gate;
import io.penstock.access.Permit;
import io.penstock.caller.Caller;
import io.penstock.caller.Callers;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * All that is under way on this replica by a permit: calls, streams, lines, calls that wait for an answer. Whenever what calls are decided
 * by has changed in memory, each is decided again, and ends at once where its caller, or what it goes to, was switched off.
 */
@Component
public final class Tenures {

    /** Why open streams end when this replica stops. */
    private static final Reason LEAVING =
            new Reason.Unavailable("This replica stops: connect again", Duration.ofSeconds(1));

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How often that is decided again which time alone may have ended, or of which nothing could be told. */
    private static final Duration LATER = Duration.ofSeconds(15);

    private static final int AT_ONCE = 256;

    private final Callers callers;
    private final Gate gate;
    private final Changes changes;
    private final Rounds rounds;
    private final Scheduler scheduler;
    private final Counter withdrawn;
    private final Set<Tenure> held = ConcurrentHashMap.newKeySet();
    private final Set<Tenure> undecided = ConcurrentHashMap.newKeySet();
    private volatile long turn;
    private volatile boolean leaving;

    @Autowired
    Tenures(Callers callers, Gate gate, Changes changes, Rounds rounds, MeterRegistry registry) {
        this(callers, gate, changes, rounds, registry, Schedulers.parallel());
        rounds.repeat("access.tenures", AFTER_FAILURE, follow());
    }

    Tenures(Callers callers, Gate gate, Changes changes, Rounds rounds, MeterRegistry registry, Scheduler scheduler) {
        this.callers = callers;
        this.gate = gate;
        this.changes = changes;
        this.rounds = rounds;
        this.scheduler = scheduler;
        this.withdrawn = Counter.builder("penstock.tenures.withdrawn")
                .description("Calls and streams that were ended because the right to them was taken away")
                .register(registry);
        Gauge.builder("penstock.tenures.held", held, Set::size)
                .description("Calls and streams that are under way by a permit")
                .register(registry);
    }

    /** What a decision is as new as: asked before deciding, and given to {@link #begin} after. */
    public long turn() {
        return turn;
    }

    /**
     * What goes on by the permit from now on; {@link #end} it on every path.
     *
     * @param decided the {@link #turn} that the permit was decided in: where that has passed, it is decided again
     */
    public Tenure begin(Permit permit, long decided) {
        Tenure tenure = begin(permit);
        if (decided != turn) {
            var _ = rounds.detach("access.late", decideAgain(tenure));
        }
        return tenure;
    }

    /** The same for what goes on by a permit that another tenure was begun with. */
    public Tenure begin(Permit permit) {
        return begin(new Tenure(permit, false));
    }

    private Tenure begin(Tenure tenure) {
        held.add(tenure);
        if (leaving) {
            leave(tenure);
        }
        return tenure;
    }

    /**
     * The stream, which is a part of what another tenure was begun for, for as long as the right to it lasts. Error: also the
     * {@code Refusal} that says why it has ended.
     */
    public <T> Flux<T> during(Permit permit, Flux<T> stream) {
        return Flux.defer(() -> over(begin(new Tenure(permit, true)), stream));
    }

    /** The same for a part that begins when its permit may have been decided long ago: it is decided again, beside it. */
    public <T> Flux<T> duringAnew(Permit permit, Flux<T> stream) {
        return Flux.defer(() -> {
            Tenure tenure = begin(new Tenure(permit, true));
            var _ = rounds.detach("access.late", decideAgain(tenure));
            return over(tenure, stream);
        });
    }

    private <T> Flux<T> over(Tenure tenure, Flux<T> stream) {
        return tenure.over(stream).doFinally(_ -> end(tenure));
    }

    /** This replica stops: what would go on for as long as a client likes ends, and so does what begins so from now on. Calls go on. */
    void leave() {
        leaving = true;
        outsideIn().forEach(this::leave);
    }

    /** Whatever has a part ends before it and with it, so that a client hears the end that is meant for it, and not that of a part. */
    private Stream<Tenure> outsideIn() {
        return Stream.of(false, true).flatMap(part -> held.stream().filter(tenure -> tenure.isPart() == part));
    }

    private void leave(Tenure tenure) {
        if (tenure.permit().arrival().openEnded() && held.remove(tenure)) {
            tenure.off(new Refusal(LEAVING));
        }
    }

    /** Whether something ended because the replica stops, and not because anybody lost a right. */
    public static boolean isLeaving(@Nullable Throwable why) {
        return why instanceof Refusal refusal && refusal.reason().equals(LEAVING);
    }

    /** Over by itself. */
    public void end(Tenure tenure) {
        held.remove(tenure);
        undecided.remove(tenure);
    }

    /** Endless: decides again whenever something has come into use, and at first, for what was missed. */
    Mono<Void> follow() {
        Flux<Mono<Void>> changed =
                Flux.merge(1, changes.swaps(), Mono.just(Topic.ALL)).map(this::reconsider);
        Flux<Mono<Void>> later =
                Flux.interval(LATER, scheduler).onBackpressureDrop().map(_ -> reconsiderOverdue());
        return Flux.merge(1, changed, later)
                .publishOn(scheduler, 1)
                .concatMap(work -> work, 0)
                .then();
    }

    /** Nothing that changes tells of these. */
    private Mono<Void> reconsiderOverdue() {
        return outsideIn(this::isOverdue, this::decideAgain);
    }

    /** API tokens have hours, sessions end when they are not used, other credentials end; whoever could not be decided on is looked at until that can be. */
    private boolean isOverdue(Tenure tenure) {
        Caller caller = tenure.permit().caller();
        var now = Instant.ofEpochMilli(scheduler.now(TimeUnit.MILLISECONDS));
        return switch (caller.source()) {
            case GATEWAY -> false;
            case API_TOKEN, SESSION -> true;
            case JWT, PROXY, ANONYMOUS -> undecided.contains(tenure) || !now.isBefore(caller.expires());
        };
    }

    /** The turn passes before anything is looked at: what is begun by an older decision meanwhile sees that it has. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one round follows, and nobody else writes it
    private Mono<Void> reconsider(Topic topic) {
        return Mono.defer(() -> {
            turn++;
            return outsideIn(tenure -> concerns(topic, tenure.permit().caller()), tenure -> look(topic, tenure));
        });
    }

    private Mono<Void> outsideIn(Predicate<Tenure> which, Function<Tenure, Mono<Void>> look) {
        return Flux.just(false, true)
                .concatMap(parts -> Flux.fromIterable(held)
                        .filter(tenure -> tenure.isPart() == parts && which.test(tenure))
                        .flatMap(look, AT_ONCE))
                .then();
    }

    /**
     * What is switched off ends at once, whether or not anybody can tell who calls; the rest is decided by who the caller has become since. The
     * gateway itself is always itself.
     */
    private Mono<Void> look(Topic topic, Tenure tenure) {
        if (tenure.permit().caller().source() == Caller.Source.GATEWAY) {
            return object(tenure);
        }
        return isOfCallers(topic) ? decideAgain(tenure) : object(tenure).then(Mono.defer(() -> decideAgain(tenure)));
    }

    private static boolean concerns(Topic topic, Caller caller) {
        return switch (topic) {
            case TOKENS -> caller.source() == Caller.Source.API_TOKEN;
            case SESSIONS -> caller.source() == Caller.Source.SESSION;
            case ALL, GATEWAYS, FEATURES, SERVERS, ACCOUNTS, REVOCATIONS -> true;
            case OAUTH_TOKENS, OAUTH_CLIENTS, ENDED_SESSIONS -> false;
        };
    }

    private static boolean isOfCallers(Topic topic) {
        return switch (topic) {
            case ALL, ACCOUNTS, TOKENS, SESSIONS, REVOCATIONS -> true;
            case GATEWAYS, FEATURES, SERVERS, OAUTH_TOKENS, OAUTH_CLIENTS, ENDED_SESSIONS -> false;
        };
    }

    /** Who calls may be nobody any more, or may do less. That nobody could tell just now ends nothing. */
    private Mono<Void> decideAgain(Tenure tenure) {
        return callers.identify(tenure.permit().arrival().request())
                .timeout(PATIENCE, scheduler)
                .doOnNext(caller -> {
                    undecided.remove(tenure);
                    withdraw(tenure, gate.objection(caller, tenure.permit()));
                })
                .then()
                .onErrorResume(error -> {
                    if (error instanceof Refusal refusal && isNobody(refusal)) {
                        withdraw(tenure, refusal);
                    } else {
                        undecided(tenure);
                    }
                    return Mono.empty();
                });
    }

    /** One that has ended meanwhile is forgotten: its end came before it was here. */
    private void undecided(Tenure tenure) {
        undecided.add(tenure);
        if (!held.contains(tenure)) {
            undecided.remove(tenure);
        }
    }

    private Mono<Void> object(Tenure tenure) {
        withdraw(tenure, gate.objection(tenure.permit().caller(), tenure.permit()));
        return Mono.empty();
    }

    private static boolean isNobody(Refusal refusal) {
        return refusal.reason() instanceof Reason.Unauthenticated
                || refusal.reason() instanceof Reason.PasswordExpired
                || refusal.reason() instanceof Reason.Barred;
    }

    private void withdraw(Tenure tenure, @Nullable Refusal why) {
        if (why != null && held.remove(tenure)) {
            undecided.remove(tenure);
            withdrawn.increment();
            tenure.off(why);
        }
    }
}
