package io.penstock.store;

import io.penstock.loop.Beforehand;
import io.penstock.loop.Rounds;
import io.penstock.loop.Turns;
import io.penstock.store.Changes.Notice;
import io.penstock.store.Changes.Topic;
import java.time.Duration;
import java.util.Set;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What is in the database, in memory: read before the gateway listens, and again whenever it may have changed. A failed read leaves it as
 * it is, so that calls go on while the database is away.
 */
public abstract class MemoryCopy<T> implements SmartLifecycle {

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final String name;
    private final Set<Topic> topics;
    private final Changes changes;
    private final Rounds rounds;
    private final Turns<T> reads;
    private volatile boolean running;

    /**
     * @param name of the round that follows the changes, and of what is read: {@code gateways}
     * @param topics what it is read again for, beside {@link Topic#ALL}
     */
    @SuppressWarnings("this-escape") // it is asked when somebody subscribes, and that is later
    protected MemoryCopy(String name, Set<Topic> topics, Changes changes, Rounds rounds) {
        this.name = name;
        this.topics = Set.copyOf(topics);
        this.changes = changes;
        this.rounds = rounds;
        this.reads = new Turns<>(Mono.defer(this::readAll).doOnNext(this::take));
    }

    /** What may have changed since it was read: told before it is read again. */
    protected void heard(@SuppressWarnings("unused") Notice notice) {
        // who reads all of it need not know
    }

    /** Reads all of it. Never empty. Error: the database's, and then nothing was read. */
    protected abstract Mono<T> readAll();

    /** Takes what was read into use, and gives whether it differs from what was: else nothing is decided again for it. */
    protected abstract boolean replace(T latest);

    /** One of its topics stands for all of them: they are read together. */
    private void take(T latest) {
        if (replace(latest)) {
            topics.stream().limit(1).forEach(changes::swapped);
        }
    }

    /** What is there now, in use here. Never empty. Error: that of the database. */
    protected final Mono<T> readAgain() {
        return reads.join();
    }

    /** Listens before the read that it begins with, so that nothing falls between them. Fails with a read, and is then begun again. */
    public final Mono<Void> follow() {
        return Flux.merge(1, changes.notices(), Mono.just(Notice.any(Topic.ALL)))
                .filter(notice -> notice.topic() == Topic.ALL || topics.contains(notice.topic()))
                .doOnNext(this::heard)
                .onBackpressureLatest()
                .concatMap(_ -> readAgain(), 0)
                .then();
    }

    /** A gateway that does not know what it decides by must not begin to listen. */
    @Override
    public final void start() {
        var _ = Beforehand.await(readAgain(), "The " + name + " could not be read from the database");
        running = true;
        rounds.repeat("copy." + name, AFTER_FAILURE, follow());
    }

    @Override
    public final void stop() {
        running = false;
    }

    @Override
    public final boolean isRunning() {
        return running;
    }

    /** Before the rounds and the listening server. */
    @Override
    public final int getPhase() {
        return 0;
    }
}
