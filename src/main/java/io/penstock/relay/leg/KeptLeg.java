package io.penstock.relay.leg;

import io.penstock.relay.line.Line;
import io.penstock.relay.line.OtherEra;
import io.penstock.wire.Message;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A leg that outlives the upstream's sessions: where the upstream has forgotten one, or speaks another era than before, a new one is opened
 * and what was surely not carried out is sent again, once.
 */
final class KeptLeg implements Leg {

    private static final int HEALINGS = 5;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Line line;
    private final Party party;
    private final SharedOpenings openings;
    private final Consumer<KeptLeg> unused;
    private final AtomicReference<@Nullable Opening> current = new AtomicReference<>();
    private final AtomicInteger users = new AtomicInteger();
    private volatile @Nullable Greeting greeting;

    /** @param unused called when the last use ends */
    KeptLeg(Line line, Party party, SharedOpenings openings, Consumer<KeptLeg> unused) {
        this.line = line;
        this.party = party;
        this.openings = openings;
        this.unused = unused;
    }

    /** One try to open it, however many wait for it. */
    private final class Opening {

        private final Mono<Leg> leg = openings.open(line, party)
                .doOnNext(opened -> greeting = opened.greeting())
                .doOnError(_ -> current.compareAndSet(this, null))
                .cache();
    }

    Line line() {
        return line;
    }

    boolean isUsed() {
        return users.get() > 0;
    }

    /** This leg, once it is open. */
    Mono<Leg> opened() {
        return Mono.defer(() -> opening().leg).thenReturn(this);
    }

    private Opening opening() {
        var running = current.get();
        if (running != null) {
            return running;
        }
        var fresh = new Opening();
        return current.compareAndSet(null, fresh) ? fresh : opening();
    }

    @Override
    public Greeting greeting() {
        return Objects.requireNonNull(greeting);
    }

    @Override
    public Flux<Message> ask(Message.Asked request) {
        return used(healed(leg -> leg.ask(request), 1));
    }

    @Override
    public Mono<Void> answer(Message.Asked asked, Message.Response response) {
        return healed(leg -> leg.answer(asked, response).flux(), 0).then();
    }

    @Override
    public Mono<Void> tell(Message.Told notification) {
        return healed(leg -> leg.tell(notification).flux(), 1).then();
    }

    @Override
    public Flux<Message> listen(Interests interests) {
        return used(healed(leg -> leg.listen(interests), 0)
                .retryWhen(Retry.from(failures -> failures.concatMap(
                        failure -> Lost.is(failure.failure()) && failure.totalRetriesInARow() < HEALINGS
                                ? Mono.delay(PAUSE)
                                : Mono.error(failure.failure())))));
    }

    private <T> Flux<T> used(Flux<T> use) {
        return Flux.defer(() -> {
            users.incrementAndGet();
            return use.doFinally(_ -> {
                if (users.decrementAndGet() == 0) {
                    unused.accept(this);
                }
            });
        });
    }

    /** Uses the leg; where it leads nowhere, it is given up and, that often, used again. */
    private <T> Flux<T> healed(Function<Leg, Flux<T>> use, int again) {
        return Flux.defer(() -> {
            var opening = opening();
            return opening.leg.flatMapMany(leg -> use.apply(leg)
                    .onErrorResume(
                            KeptLeg::leadsNowhere,
                            error -> giveUp(opening, leg)
                                    .thenMany(again > 0 ? healed(use, again - 1) : Flux.error(told(error)))));
        });
    }

    private static boolean leadsNowhere(Throwable error) {
        return error instanceof OtherEra || Lost.is(error);
    }

    private static Throwable told(Throwable error) {
        return error instanceof OtherEra other ? other.refusal() : error;
    }

    private Mono<Void> giveUp(Opening opening, Leg leg) {
        return Mono.defer(
                () -> current.compareAndSet(opening, null) ? openings.forget(line, party, leg) : Mono.empty());
    }

    /** Lets go of it in this replica; it opens again where it is used again. Never errors. */
    Mono<Void> release() {
        return left(leg -> SharedOpenings.release(leg, party));
    }

    @Override
    public Mono<Void> close() {
        return left(Leg::close);
    }

    private Mono<Void> left(Function<Leg, Mono<Void>> farewell) {
        return Mono.defer(() -> {
            var open = current.getAndSet(null);
            return open == null ? Mono.empty() : open.leg.flatMap(farewell).onErrorComplete();
        });
    }
}
