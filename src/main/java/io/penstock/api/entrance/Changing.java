package io.penstock.api.entrance;

import io.penstock.api.input.Tag;
import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Makes changes and their audit entries one: both are written, or neither. */
@Component
public final class Changing {

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

    /** Runs what makes a thing, with its entry. Empty where nothing was made. */
    public <T> Mono<T> make(Deed deed, Mono<T> making, Function<T, UUID> id) {
        return transactions.run(
                making.flatMap(made -> trail.record(entry(deed, id.apply(made))).thenReturn(made)));
    }

    /** As {@link #run}, for what says only whether there was something to change. */
    public Mono<Boolean> runIfAny(Deed deed, UUID id, Mono<Boolean> change) {
        return transactions.run(
                change.flatMap(any -> any ? trail.record(entry(deed, id)).thenReturn(true) : Mono.just(false)));
    }

    /** Notes what was done where it has no transaction of ours. */
    public Mono<Void> record(Deed deed, UUID id) {
        return trail.record(entry(deed, id));
    }

    /**
     * Tries a change against the version that it read. Where the client named a version, a change in between is its to know (412);
     * where it did not, the change is tried once more on what is there then.
     */
    public static <T> Mono<T> retried(ServerHttpRequest request, Mono<T> attempt) {
        return Tag.conditional(request)
                ? attempt
                : attempt.onErrorResume(
                        e -> e instanceof Refusal refusal && refusal.reason() instanceof Reason.Stale, e -> attempt);
    }

    private static Trail.Entry entry(Deed deed, UUID id) {
        return Deeds.done(deed.caller(), deed.request(), deed.action(), deed.resource(), id, null);
    }
}
