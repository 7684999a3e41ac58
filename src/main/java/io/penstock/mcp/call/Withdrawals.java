package io.penstock.mcp.call;

import io.penstock.access.Permit;
import io.penstock.access.tenure.Tenure;
import io.penstock.access.tenure.Tenures;
import io.penstock.loop.Rounds;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseEvent;
import io.penstock.wire.Subscription;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * How a call ends whose right was taken away while it was under way: one that waits is refused; events end with an error that answers their
 * request, or with a comment where they answer none; and the upstream is told, where letting go of the answer does not tell it.
 */
@Component
final class Withdrawals {

    /** A line waits that long, so that what its calls came to gets out before it. */
    private static final Duration LAST_WORDS = Duration.ofMillis(200);

    /** A line of a replica that stops waits so long for what is under way on it. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Rounds rounds;

    Withdrawals(Rounds rounds) {
        this.rounds = rounds;
    }

    /** @param forward sends what a permit is for to its upstream */
    Mono<Reply> within(Call call, Tenure tenure, Permit permit, Function<Permit, Mono<Reply>> forward) {
        return tenure.over(forward.apply(permit))
                .map(reply -> reply instanceof Reply.Events(var events, var source, var session)
                        ? new Reply.Events(within(call, tenure, permit, forward, events), source, session)
                        : reply)
                .doOnError(Refusal.class, refusal -> {
                    if (tenure.endedBy(refusal)) {
                        tell(permit, forward);
                    }
                });
    }

    private Flux<SseEvent> within(
            Call call, Tenure tenure, Permit permit, Function<Permit, Mono<Reply>> forward, Flux<SseEvent> events) {
        return tenure.over(events).onErrorResume(Refusal.class, refusal -> {
            if (!tenure.endedBy(refusal)) {
                return Flux.error(refusal);
            }
            tell(permit, forward);
            return Flux.just(last(refusal, call));
        });
    }

    private static SseEvent last(Refusal refusal, Call call) {
        if (call.id() == null) {
            return comment(refusal);
        }
        return SseEvent.message(
                Tenures.isLeaving(refusal)
                        ? Subscription.end(call.id()).json()
                        : RpcError.of(refusal.reason()).json(call.id()));
    }

    private void tell(Permit permit, Function<Permit, Mono<Reply>> forward) {
        Permit cancelling = permit.toCancel("The right to this call was taken away");
        if (cancelling != null) {
            var _ = rounds.detach(
                    "calls.cancel",
                    forward.apply(cancelling)
                            .timeout(PATIENCE)
                            .doOnNext(Withdrawals::drop)
                            .then()
                            .onErrorComplete());
        }
    }

    private static void drop(Reply reply) {
        if (reply instanceof Reply.Events events) {
            events.source().dispose();
        }
    }

    /** Error: also the {@code Refusal} that says why the right to the line has ended. */
    static Flux<SseEvent> line(Tenure tenure, Flux<SseEvent> events) {
        return tenure.over(
                events,
                Mono.defer(() ->
                        Mono.delay(Tenures.isLeaving(tenure.why()) ? FAREWELL : LAST_WORDS, Schedulers.parallel())));
    }

    /** For a stream that belongs to no request, and so can say why it ends to a person alone; a client learns when to come again. */
    static SseEvent comment(Refusal refusal) {
        Duration retry = refusal.reason() instanceof Reason.Unavailable unavailable ? unavailable.retryAfter() : null;
        return new SseEvent(
                null, null, null, retry, String.valueOf(refusal.reason().detail()));
    }
}
