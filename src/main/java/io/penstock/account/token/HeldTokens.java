package io.penstock.account.token;

import io.penstock.caller.Digest;
import io.penstock.loop.Reads;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.MemoryCopy;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Keeps the API tokens. */
public final class HeldTokens extends MemoryCopy<Map<Digest, HeldToken>> {

    private final Mono<Map<Digest, HeldToken>> read;
    private final Reads<Map<Digest, HeldToken>> again;
    private volatile Known known = new Known(Map.of(), Map.of());

    /** @param read all tokens, by what is shown */
    HeldTokens(Mono<Map<Digest, HeldToken>> read, Changes changes, Rounds rounds, Scheduler scheduler) {
        super("API tokens", Set.of(Topic.TOKENS), changes, rounds);
        this.read = read;
        this.again = new Reads<>(readAgain(), scheduler);
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
        return again.next().mapNotNull(latest -> latest.get(digest));
    }

    /** The token of that digest, if its calls are counted; else null. */
    public @Nullable ApiToken limited(String digest) {
        return known.limited().get(digest);
    }

    /** Reads again what may have changed, so that it holds here at once. Empty when it does. Error: that of the database. */
    public Mono<Void> refresh() {
        return readAgain().then();
    }

    @Override
    protected Mono<Map<Digest, HeldToken>> readAll() {
        return read;
    }

    @Override
    protected boolean replace(Map<Digest, HeldToken> latest) {
        var before = known.all();
        boolean differs = latest.size() != before.size()
                || latest.entrySet().stream().anyMatch(one -> !isAlike(one.getValue(), before.get(one.getKey())));
        known = Known.of(latest);
        return differs;
    }

    /** Nothing is decided by when a token was used. */
    private static boolean isAlike(HeldToken one, @Nullable HeldToken other) {
        return other != null && one.token().unused().equals(other.token().unused());
    }
}
