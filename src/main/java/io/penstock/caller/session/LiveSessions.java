package io.penstock.caller.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.MemoryCopy;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The sessions that have not ended, in memory, so that no call asks the database. They are read again when some were ended; a new one is
 * looked up once by whoever sees its cookie first.
 */
final class LiveSessions extends MemoryCopy<List<Session>> {

    /** How often uses are written down; other replicas know of them only then, so that each waits that much longer. */
    static final Duration BETWEEN_FLUSHES = Duration.ofMinutes(1);

    private static final Duration UNKNOWN_HOLDS = Duration.ofSeconds(10);
    private static final int MOST_UNKNOWN = 10_000;
    private static final int AT_ONCE = 500;

    private final SessionRows rows;
    private final Duration idleLimit;
    private final InstantSource clock;
    private final Cache<UUID, Boolean> unknown;
    private final Map<UUID, Mono<Live>> looking = new ConcurrentHashMap<>();
    private volatile Map<UUID, Live> known = new ConcurrentHashMap<>();
    private volatile long generation;
    private volatile long flushed;

    /** Whether sessions were forgotten since the last read, which then finds nothing that differs. */
    private boolean forgotten;

    LiveSessions(SessionRows rows, Changes changes, Rounds rounds, Duration idleLimit, InstantSource clock) {
        super("sessions", Set.of(Topic.SESSIONS), changes, rounds);
        this.rows = rows;
        this.idleLimit = idleLimit;
        this.clock = clock;
        this.flushed = clock.millis();
        this.unknown = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(MOST_UNKNOWN)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .expireAfterWrite(UNKNOWN_HOLDS)
                .build();
    }

    /** A session and its last use here, in milliseconds. */
    private static final class Live {

        private final Session session;
        private volatile long seen;

        Live(Session session, long seen) {
            this.session = session;
            this.seen = seen;
        }
    }

    /** The session, which is used by this. Empty: it has ended. Error: {@code Unavailable}, where it is new here and cannot be looked up. */
    Mono<Session> use(UUID id) {
        Live live = known.get(id);
        if (live != null && isLive(live)) {
            return Mono.just(used(live));
        }
        return unknown.getIfPresent(id) == null ? Mono.defer(() -> lookUp(id)).map(this::used) : Mono.empty();
    }

    private Session used(Live live) {
        live.seen = clock.millis();
        return live.session;
    }

    private boolean isLive(Live live) {
        long now = clock.millis();
        return now < live.session.expires().toEpochMilli()
                && now < live.seen + idleLimit.plus(BETWEEN_FLUSHES).toMillis();
    }

    /** The last use that still keeps a session from being idle. */
    Instant oldestUse() {
        return clock.instant().minus(idleLimit).minus(BETWEEN_FLUSHES);
    }

    /** One look for all who ask at the same time. */
    private Mono<Live> lookUp(UUID id) {
        return looking.computeIfAbsent(
                id,
                wanted -> look(wanted)
                        .switchIfEmpty(Mono.fromRunnable(() -> unknown.put(wanted, true)))
                        .onErrorMap(error -> new Refusal(new Reason.Unavailable(
                                "Sessions cannot be looked up now: try again", Duration.ofSeconds(1))))
                        .doOnTerminate(() -> looking.remove(wanted))
                        .cache());
    }

    /** Looks again where sessions were ended meanwhile: this one may be among them. */
    private Mono<Live> look(UUID id) {
        return Mono.defer(() -> {
            long before = generation;
            return rows.find(id)
                    .map(session -> new Live(session, session.lastSeen().toEpochMilli()))
                    .filter(this::isLive)
                    .flatMap(live -> keep(live, before) ? Mono.just(live) : look(id));
        });
    }

    private synchronized boolean keep(Live live, long before) {
        if (generation != before) {
            return false;
        }
        known.put(live.session.id(), live);
        return true;
    }

    /** Forgets a session that was ended, before other replicas are told. */
    synchronized void forget(UUID id) {
        generation++;
        forgotten = true;
        var _ = known.remove(id);
    }

    /** Forgets those of a user. */
    synchronized void forgetAll(String user) {
        generation++;
        forgotten = true;
        known.values().removeIf(live -> live.session.user().equals(user));
    }

    @Override
    protected synchronized boolean replace(List<Session> latest) {
        boolean differs =
                forgotten || latest.size() != known.size() || latest.stream().anyMatch(session -> !isKnown(session));
        var fresh = new ConcurrentHashMap<UUID, Live>();
        for (Session session : latest) {
            Live before = known.get(session.id());
            long seen = session.lastSeen().toEpochMilli();
            fresh.put(session.id(), new Live(session, before == null ? seen : Math.max(seen, before.seen)));
        }
        generation++;
        forgotten = false;
        known = fresh;
        return differs;
    }

    /** Whether it is here as it is there, but for its last use. */
    private boolean isKnown(Session session) {
        Live here = known.get(session.id());
        return here != null && here.session.seen(session.lastSeen()).equals(session);
    }

    @Override
    protected Mono<List<Session>> readAll() {
        return rows.all().collectList();
    }

    /** Reads again what may have changed, so that it holds here at once. Empty when it does. */
    Mono<Void> refresh() {
        return readAgain().then();
    }

    /** One round: writes down what was used since the last, and removes the rows of what has ended. Error: the database's. */
    Mono<Void> flush() {
        return Mono.defer(() -> {
            long from = flushed;
            Instant now = clock.instant();
            return Flux.fromIterable(known.values())
                    .filter(live -> live.seen >= from
                            && live.seen > live.session.lastSeen().toEpochMilli())
                    .map(live -> live.session.id())
                    .buffer(AT_ONCE)
                    .concatMap(ids -> rows.seen(ids, now))
                    .then(rows.deleteEnded())
                    .then(Mono.fromRunnable(() -> flushed = now.toEpochMilli()));
        });
    }
}
