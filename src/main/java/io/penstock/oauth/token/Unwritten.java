package io.penstock.oauth.token;

import io.penstock.loop.Mishaps;
import io.penstock.loop.Rounds;
import io.penstock.oauth.grant.Granted;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * What was granted and could not be written. The refresh token in the row may have been good for one use, and that was this: so the new one is
 * written as soon as the database takes it, whether anybody waits for it or not, and serves from here meanwhile.
 */
@Component
final class Unwritten {

    private static final Logger LOG = LoggerFactory.getLogger(Unwritten.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    /** Short: when the database is back, whoever else reads the row first shows a refresh token that is spent. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Map<UUID, Kept> kept = new ConcurrentHashMap<>();
    private final TokenRows rows;
    private final Rounds rounds;
    private final Scheduler timer;

    @Autowired
    Unwritten(TokenRows rows, Rounds rounds) {
        this(rows, rounds, Schedulers.parallel());
    }

    Unwritten(TokenRows rows, Rounds rounds, Scheduler timer) {
        this.rows = rows;
        this.rounds = rounds;
        this.timer = timer;
    }

    /** @param since when it was granted, in milliseconds of the timer's clock */
    private record Kept(StoredToken leased, TokenKey key, Granted granted, long since) {

        StoredToken at(long now) {
            return leased.renewed(key, granted, Duration.ofMillis(now - since));
        }
    }

    /**
     * Begins to write it until that is done, or is needless because somebody else wrote; gives it as it will be read then.
     *
     * @param needless what is done then
     */
    StoredToken keep(StoredToken leased, Order order, Granted granted, Mono<Void> needless, Throwable failure) {
        Mishaps.log(LOG, "Writing the renewed token " + leased.id(), failure);
        var fresh = new Kept(leased, order.key(), granted, now());
        kept.put(leased.id(), fresh);
        var _ = rounds.detach(
                "oauth.store",
                Mono.defer(() -> rows.store(leased, order, granted))
                        .filter(stored -> !stored)
                        .flatMap(_ -> needless)
                        .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                                .maxBackoff(LONGEST_PAUSE)
                                .scheduler(timer))
                        .timeout(PATIENCE, timer)
                        .doOnError(late -> LOG.error(
                                "The renewed token {} could not be written for {}, and is lost: its user may have to agree again",
                                leased.id(),
                                PATIENCE))
                        .doFinally(_ -> kept.remove(leased.id(), fresh)));
        return fresh.at(now());
    }

    /** What is to be written into that row; null where nothing is. */
    @Nullable
    StoredToken after(StoredToken row) {
        Kept fresh = kept.get(row.id());
        return fresh == null || fresh.leased().version() != row.version() ? null : fresh.at(now());
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }
}
