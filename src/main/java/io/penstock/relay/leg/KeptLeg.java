package io.penstock.relay.leg;

import io.penstock.relay.line.Line;
import io.penstock.relay.line.OtherEra;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
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

    private static final String CANCELLED = "notifications/cancelled";
    private static final String REQUEST_ID = "requestId";
    private static final int HEALINGS = 5;

    /** Counts the sessions of all upstreams, so that no two questions have the same id. */
    private static final AtomicLong OPENED = new AtomicLong();

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** The users of one that nobody finds any more are counted from here. */
    private static final int RETIRED = Integer.MIN_VALUE;

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

        private final String mark = OPENED.incrementAndGet() + "|";
        private final Mono<Leg> leg = openings.open(line, party)
                .doOnNext(opened -> greeting = opened.greeting())
                .doOnError(_ -> current.compareAndSet(this, null))
                .cache();

        /** What the upstream says; a question of its says in which session it was asked, for the next one may have another of that id. */
        Message marked(Message message) {
            return switch (message) {
                case Message.Asked asked -> asked.to(marked(asked.id()));
                case Message.Told told
                when told.method().equals(CANCELLED) -> {
                    String id = told.requestId();
                    yield id == null
                            ? told
                            : new Message.Told(CANCELLED, JsonParts.with(told.params(), REQUEST_ID, marked(id)));
                }
                case Message.Told told -> told;
                case Message.Response response -> response;
            };
        }

        private String marked(String id) {
            return Message.quote(mark + id);
        }

        /** The question as the upstream asked it; null where it was asked in another session. */
        Message.@Nullable Asked unmarked(Message.Asked asked) {
            String id = JsonParts.string(asked.id());
            return id == null || !id.startsWith(mark) ? null : asked.to(id.substring(mark.length()));
        }
    }

    Line line() {
        return line;
    }

    /** Says that nobody is to find it any more; false where it is in use. Who has found it already may use it all the same. */
    boolean retire() {
        return users.compareAndSet(0, RETIRED) || users.get() == RETIRED;
    }

    boolean isRetired() {
        return users.get() < 0;
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
        return used(healed((opening, leg) -> leg.ask(request).map(opening::marked), 1));
    }

    @Override
    public Flux<Message> askListening(Message.Asked request) {
        return used(healed((opening, leg) -> leg.askListening(request).map(opening::marked), 1));
    }

    /** Where the session in which it was asked is known to be over nobody waits for the answer. */
    @Override
    public Mono<Void> answer(Message.Asked asked, Message.Response response) {
        return Mono.defer(() -> {
            var opening = current.get();
            if (opening == null) {
                return Mono.empty();
            }
            var question = opening.unmarked(asked);
            return question == null
                    ? Mono.empty()
                    : through(
                                    opening,
                                    (_, leg) -> leg.answer(question, response).flux(),
                                    0)
                            .then();
        });
    }

    @Override
    public Mono<Void> tell(Message.Told notification) {
        return healed((_, leg) -> leg.tell(notification).flux(), 1).then();
    }

    @Override
    public Flux<Message> listen(Interests interests, Runnable stands) {
        return used(healed((opening, leg) -> leg.listen(interests, stands).map(opening::marked), 0)
                .retryWhen(Retry.from(failures -> failures.concatMap(
                        failure -> Lost.is(failure.failure()) && failure.totalRetriesInARow() < HEALINGS
                                ? Mono.delay(PAUSE)
                                : Mono.error(failure.failure())))));
    }

    private <T> Flux<T> used(Flux<T> use) {
        return Flux.defer(() -> {
            users.incrementAndGet();
            return use.doFinally(_ -> {
                int left = users.decrementAndGet();
                if (left == 0 || left == RETIRED) {
                    unused.accept(this);
                }
            });
        });
    }

    /** Uses the leg; where it leads nowhere, it is given up and, that often, used again. */
    private <T> Flux<T> healed(BiFunction<Opening, Leg, Flux<T>> use, int again) {
        return Flux.defer(() -> through(opening(), use, again));
    }

    private <T> Flux<T> through(Opening opening, BiFunction<Opening, Leg, Flux<T>> use, int again) {
        return opening.leg.flatMapMany(leg -> use.apply(opening, leg)
                .onErrorResume(
                        KeptLeg::leadsNowhere,
                        error -> giveUp(opening, leg)
                                .thenMany(again > 0 ? healed(use, again - 1) : Flux.error(told(error)))));
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
        return left(SharedOpenings::release);
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
