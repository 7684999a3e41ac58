package io.penstock.account.token.quota;

import io.penstock.account.token.ApiToken;
import io.penstock.account.token.HeldTokens;
import io.penstock.caller.Caller;
import io.penstock.caller.Quotas;
import io.penstock.loop.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Counts the calls of tokens that have quotas; all others pass without a look at anything but memory. */
final class TokenQuotas implements Quotas {

    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);
    private static final int AT_ONCE = 4;

    private final Function<String, @Nullable ApiToken> limited;
    private final QuotaWindows windows;
    private final Rounds rounds;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final Map<UUID, Allowance> allowances = new ConcurrentHashMap<>();

    /** @param limited the token of a digest, if it has quotas; as {@link HeldTokens#limited} */
    TokenQuotas(
            Function<String, @Nullable ApiToken> limited,
            QuotaWindows windows,
            Rounds rounds,
            InstantSource clock,
            Scheduler scheduler) {
        this.limited = limited;
        this.windows = windows;
        this.rounds = rounds;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    @Override
    public Mono<Void> spend(Caller caller) {
        if (caller.source() != Caller.Source.API_TOKEN) {
            return Mono.empty();
        }
        ApiToken token = limited.apply(caller.digest());
        return token == null
                ? Mono.empty()
                : allowances
                        .computeIfAbsent(token.id(), id -> new Allowance(id, windows, rounds, clock, scheduler))
                        .spend();
    }

    /** One round: what was not used for a while here is for other replicas. */
    Mono<Void> giveBack() {
        return Flux.defer(() -> Flux.fromIterable(allowances.entrySet()))
                .filter(entry -> entry.getValue().idleSince(before(IDLE)))
                .flatMap(entry -> entry.getValue().giveBack().doOnSuccess(_ -> forget(entry)), AT_ONCE)
                .then();
    }

    private void forget(Map.Entry<UUID, Allowance> entry) {
        if (entry.getValue().idleSince(before(FORGOTTEN))) {
            allowances.remove(entry.getKey(), entry.getValue());
        }
    }

    private Instant before(Duration ago) {
        return clock.instant().minus(ago);
    }
}
