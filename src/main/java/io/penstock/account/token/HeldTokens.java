package io.penstock.account.token;

import io.penstock.caller.Digest;
import io.penstock.loop.Beforehand;
import io.penstock.loop.Reads;
import io.penstock.loop.Rounds;
import io.penstock.loop.Turns;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps the tokens in memory, and reads them again when one changed. A failed read leaves what is known as it is, so that calls go on
 * while the database is away.
 */
public final class HeldTokens implements SmartLifecycle {

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Turns<Known> reads;
    private final Reads<Known> again;
    private final Changes changes;
    private final Rounds rounds;
    private volatile Known known = new Known(Map.of(), Map.of());
    private volatile boolean running;

    /** @param read all tokens, by what is shown */
    HeldTokens(Mono<Map<Digest, HeldToken>> read, Changes changes, Rounds rounds, Scheduler scheduler) {
        this.reads = new Turns<>(read.map(Known::of).doOnNext(latest -> known = latest));
        this.again = new Reads<>(refreshed(), scheduler);
        this.changes = changes;
        this.rounds = rounds;
    }

    /** @param limited those whose calls are counted, by the digest in their callers */
    private record Known(Map<Digest, HeldToken> all, Map<String, ApiToken> limited) {

        static Known of(Map<Digest, HeldToken> all) {
            return new Known(
                    Map.copyOf(all),
                    all.values().stream()
                            .filter(held -> held.token().terms().limited())
                            .collect(Collectors.toUnmodifiableMap(
                                    held -> held.caller().digest(), HeldToken::token)));
        }
    }

    /** Null where memory knows none. */
    @Nullable
    HeldToken find(Digest digest) {
        return known.all().get(digest);
    }

    /** One that was made a moment ago at another replica. Empty where there is none. Error: the database's. */
    Mono<HeldToken> findAgain(Digest digest) {
        return again.next().mapNotNull(latest -> latest.all().get(digest));
    }

    /** The token of that digest, if its calls are counted; else null. */
    public @Nullable ApiToken limited(String digest) {
        return known.limited().get(digest);
    }

    /** Reads again what may have changed, so that it holds here at once. Empty when it does. Error: that of the database. */
    public Mono<Void> refresh() {
        return refreshed().then();
    }

    private Mono<Known> refreshed() {
        return reads.join();
    }

    /** Listens before the read that it begins with, so that nothing falls between them. Fails with a read, and is then begun again. */
    Mono<Void> follow() {
        return Flux.merge(1, changes.announced(), Mono.just(Topic.ALL))
                .filter(topic -> topic == Topic.ALL || topic == Topic.TOKENS)
                .onBackpressureLatest()
                .concatMap(_ -> refresh(), 0)
                .then();
    }

    @Override
    public void start() {
        var _ = Beforehand.await(refresh(), "The API tokens could not be read from the database");
        running = true;
        rounds.repeat("tokens", AFTER_FAILURE, follow());
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the rounds and the listening server. */
    @Override
    public int getPhase() {
        return 0;
    }
}
