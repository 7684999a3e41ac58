package io.penstock.api.entrance;

import io.penstock.api.input.Ids;
import io.penstock.api.input.Tag;
import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Makes changes and their audit entries one: both are written, or neither. */
@Component
public final class Changing {

    private static final int TRIES = 10;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    private final Transactions transactions;
    private final Trail trail;

    Changing(Transactions transactions, Trail trail) {
        this.transactions = transactions;
        this.trail = trail;
    }

    /** What is done to what, for the audit trail. */
    public record Deed(Caller caller, Request request, String action, String resource) {}

    /** Runs a change of a thing that exists, with its entry. Empty where the change was. */
    public <T> Mono<T> run(Deed deed, UUID id, Mono<T> change) {
        return transactions.run(
                change.flatMap(result -> trail.record(entry(deed, id)).thenReturn(result)));
    }

    /** As {@link #run}, for what says only whether there was something to change. */
    public Mono<Boolean> runIfAny(Deed deed, UUID id, Mono<Boolean> change) {
        return transactions.run(
                change.flatMap(any -> any ? trail.record(entry(deed, id)).thenReturn(true) : Mono.just(false)));
    }

    /**
     * As {@link #run}, for what is known by any text.
     *
     * @param detail what there is to say of the change beside what it was done to
     */
    public <T> Mono<T> runNamed(Deed deed, String id, @Nullable String detail, Mono<T> change) {
        return transactions.run(change.flatMap(result -> trail.record(
                        Deeds.named(deed.caller(), deed.request(), deed.action(), deed.resource(), id, detail))
                .thenReturn(result)));
    }

    /** As {@link #run}, for a change of many things, each with an entry of its own. Never empty. */
    public <T> Mono<List<T>> eachOf(Deed deed, Flux<T> changes, Function<T, UUID> id) {
        return transactions.run(changes.concatMap(
                        changed -> trail.record(entry(deed, id.apply(changed))).thenReturn(changed))
                .collectList());
    }

    /** As {@link #runNamed}, for a change that finds out what it is about. */
    public <T> Mono<T> runOn(Deed deed, Function<T, String> id, @Nullable String detail, Mono<T> change) {
        return transactions.run(change.flatMap(result -> trail.record(Deeds.named(
                        deed.caller(), deed.request(), deed.action(), deed.resource(), id.apply(result), detail))
                .thenReturn(result)));
    }

    /** Notes what was done where it has no transaction of ours. */
    public Mono<Void> record(Deed deed, UUID id) {
        return trail.record(entry(deed, id));
    }

    /**
     * Tries a change against the version that it read. Where the client named a version, a change in between is its to know (412);
     * where it did not, the change is tried again on what is there then, until it wins. Who loses too often is told so (409).
     */
    public static <T> Mono<T> retried(ServerHttpRequest request, Mono<T> attempt) {
        return Tag.conditional(request)
                ? attempt
                : attempt.retryWhen(Retry.backoff(TRIES - 1, FIRST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .filter(Changing::isStale)
                        .onRetryExhaustedThrow((spec, signal) -> overtaken()));
    }

    /**
     * As {@link #retried}. Never empty. Error: {@code NotFound} where it has gone meanwhile.
     *
     * @param what how the thing is called in sentences
     */
    public static <T> Mono<T> changed(ServerHttpRequest request, String what, Mono<T> attempt) {
        return retried(request, attempt).switchIfEmpty(Mono.error(() -> Ids.absent(what)));
    }

    /** As {@link #changed}, for what says only whether there was something to delete. Empty when it is deleted. */
    public static Mono<Void> deleted(ServerHttpRequest request, String what, Mono<Boolean> attempt) {
        return changed(request, what, attempt.filter(any -> any)).then();
    }

    private static boolean isStale(Throwable failure) {
        return failure instanceof Refusal refusal && refusal.reason() instanceof Reason.Stale;
    }

    private static Refusal overtaken() {
        return new Refusal(new Reason.Conflict("Others changed it each of the " + TRIES
                + " times that this change was tried: try again, or name the version that it is for in If-Match"));
    }

    private static Trail.Entry entry(Deed deed, UUID id) {
        return Deeds.done(deed.caller(), deed.request(), deed.action(), deed.resource(), id, null);
    }
}
