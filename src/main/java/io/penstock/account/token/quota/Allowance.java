package io.penstock.account.token.quota;

import io.penstock.loop.Rounds;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What one token may still call on this replica: a block that was taken from its quotas is handed out from memory. Who finds none waits,
 * with all others, for the one next block.
 */
final class Allowance {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LATER = Duration.ofSeconds(5);

    private final UUID token;
    private final QuotaWindows windows;
    private final Rounds rounds;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final AtomicReference<Block> block = new AtomicReference<>(Block.NONE);
    private final AtomicReference<@Nullable Mono<Block>> fetching = new AtomicReference<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile Instant lastUsed = Instant.MIN;

    Allowance(UUID token, QuotaWindows windows, Rounds rounds, InstantSource clock, Scheduler scheduler) {
        this.token = token;
        this.windows = windows;
        this.rounds = rounds;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    /** Empty: go on. Error: {@code TooMany}, {@code Unavailable}, or {@code Unauthenticated} where the token is gone. */
    Mono<Void> spend() {
        return Mono.defer(() -> {
            Instant now = clock.instant();
            lastUsed = now;
            return switch (block.get()) {
                case Block.Spent spent
                when now.isBefore(spent.until()) && now.isBefore(spent.window().ends()) ->
                    Mono.error(spent.refusal(now));
                case Block.Granted granted
                when granted.take(now) -> {
                    if (granted.runsLow()) {
                        fetchAhead();
                    }
                    yield Mono.empty();
                }
                case Block _ -> await();
            };
        });
    }

    /** Fails closed: a call that nobody can count is not carried out, because it might be one too many. */
    private Mono<Void> await() {
        waiting.incrementAndGet();
        return next().timeout(PATIENCE, scheduler)
                .doFinally(_ -> waiting.decrementAndGet())
                .onErrorMap(
                        error -> !(error instanceof Refusal),
                        _ -> new Refusal(new Reason.Unavailable(
                                "The calls of this token cannot be counted now, and uncounted ones are not carried out: try again",
                                LATER)))
                .then(spend());
    }

    private void fetchAhead() {
        if (fetching.get() == null) {
            var _ = rounds.detach("tokens.quota", next().onErrorComplete());
        }
    }

    /** The next block, shared by all who wait for it, whoever of them hangs up. */
    private Mono<Block> next() {
        Mono<Block> running = fetching.get();
        if (running != null) {
            return running;
        }
        var mine = new AtomicReference<@Nullable Mono<Block>>();
        Mono<Block> next = Mono.defer(() -> windows.take(token, waiting::get, clock.instant()))
                .doOnNext(this::put)
                .doOnTerminate(() -> fetching.compareAndSet(mine.get(), null))
                .cache();
        mine.set(next);
        return fetching.compareAndSet(null, next) ? next : next();
    }

    private void put(Block next) {
        Instant now = clock.instant();
        switch (next) {
            case Block.Granted granted -> block.set(granted.with(block.get(), now));
            case Block.Spent spent -> {
                boolean some = block.get() instanceof Block.Granted granted && granted.holdsAny(now);
                if (!some) { // else what was fetched ahead is spent, and what is here is not
                    block.set(spent);
                }
            }
        }
    }

    boolean idleSince(Instant moment) {
        return lastUsed.isBefore(moment);
    }

    /** Gives back what nobody here has used. Empty when that is done, or there is nothing. Error: the database's. */
    Mono<Void> giveBack() {
        return Mono.defer(() -> {
            if (!(block.get() instanceof Block.Granted granted)) {
                return Mono.empty();
            }
            int calls = granted.drain(clock.instant());
            return calls == 0 ? Mono.empty() : windows.giveBack(token, granted.windows(), calls);
        });
    }
}
