package io.penstock.relay.leg;

import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.catalog.Gateway;
import io.penstock.loop.Rounds;
import io.penstock.relay.line.Line;
import io.penstock.relay.line.OtherEra;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason.UpstreamFailed;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Opens legs in the era that the upstream speaks, and never concludes one from a failure that says nothing. */
public final class Openings {

    private final Eras eras;
    private final Rounds rounds;
    private final SharedSubscriptions subscriptions = new SharedSubscriptions();

    /** @param ticker tells how old is what was seen of an upstream */
    public Openings(Rounds rounds, Ticker ticker) {
        this.eras = new Eras(ticker);
        this.rounds = rounds;
    }

    /** A new leg, which its opener closes; never empty. Error: {@code UpstreamFailed} or {@code UpstreamTimedOut}. */
    public Mono<Leg> open(Line line, Party party) {
        return Mono.defer(() -> attempt(line, party, eras.of(line.gateway()), null));
    }

    /** Forgets what the gateway spoke. */
    void forget(Gateway gateway) {
        eras.forget(gateway);
    }

    /** Tries the first era, and the others where it is not the upstream's; {@code told} is what the one before said. */
    private Mono<Leg> attempt(Line line, Party party, List<Era> left, @Nullable Refusal told) {
        Era era = left.getFirst();
        var others = left.subList(1, left.size());
        return open(era, line, party)
                // An upstream may close a kept connection just as the greeting goes out; to begin anew has no effect
                // twice.
                .retryWhen(Retry.max(1)
                        .filter(UpstreamFailed::brokeOff)
                        .onRetryExhaustedThrow((_, last) -> last.failure()))
                .doOnNext(_ -> eras.saw(line.gateway(), era))
                .onErrorResume(OtherEra.class, other -> {
                    // What a GET answers explains less than what the POST before it did.
                    Refusal why = era == Era.HTTP_SSE && told != null ? told : other.refusal();
                    return others.isEmpty() ? Mono.error(why) : attempt(line, party, others, why);
                });
    }

    private Mono<Leg> open(Era era, Line line, Party party) {
        return switch (era) {
            case STATELESS ->
                Discover.open(line, party, Ids.counted(), subscriptions).map(leg -> leg);
            case SESSIONS ->
                new SessionOpening(line, party, Ids.unique(), rounds).open().map(leg -> leg);
            case HTTP_SSE -> StreamLeg.open(line, party, rounds).map(leg -> leg);
        };
    }
}
