package io.penstock.account;

import io.penstock.caller.Acquaintance;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.caller.Directory;
import io.penstock.caller.SignIns;
import io.penstock.loop.Beforehand;
import io.penstock.loop.Rounds;
import io.penstock.loop.Turns;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps what calls need to know of users in memory, and reads it again when something changed. A failed read leaves what is known as it
 * is, so that calls go on while the database is away.
 */
@Component
final class MemoryDirectory implements Directory, SignIns, SmartLifecycle {

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final DirectoryReader reader;
    private final Turns<Map<String, Known>> reads;
    private final Changes changes;
    private final Rounds rounds;
    private volatile Map<String, Known> known = Map.of();
    private volatile boolean running;

    MemoryDirectory(DirectoryReader reader, Changes changes, Rounds rounds) {
        this.reader = reader;
        this.reads = new Turns<>(Mono.defer(reader::read).doOnNext(latest -> known = latest));
        this.changes = changes;
        this.rounds = rounds;
    }

    @Override
    public Mono<Caller> complete(Caller recognised) {
        return complete(recognised, known);
    }

    @Override
    public Mono<Acquaintance> read() {
        return reader.read().map(users -> recognised -> complete(recognised, users));
    }

    private static Mono<Caller> complete(Caller recognised, Map<String, Known> users) {
        return switch (recognised.source()) {
            case JWT, API_TOKEN, PROXY, SESSION -> complete(recognised, users.get(recognised.user()));
            case ANONYMOUS, GATEWAY -> Mono.just(recognised); // nobody's names, whatever users are called
        };
    }

    private static Mono<Caller> complete(Caller recognised, @Nullable Known user) {
        if (user == null) {
            return Mono.just(recognised);
        }
        if (!user.enabled()) {
            return Mono.error(BearerToken.refused("This user is switched off: an administrator can change that"));
        }
        if (user.mustChangePassword()) {
            return Mono.error(new Refusal(new Reason.PasswordExpired()));
        }
        return Mono.just(user.complete(recognised));
    }

    @Override
    public long generation(String user) {
        Known of = known.get(user);
        return of == null ? 0 : of.generation();
    }

    /** Listens before the read that it begins with, so that nothing falls between them. Fails with a read, and is then begun again. */
    Mono<Void> follow() {
        return Flux.merge(1, changes.announced(), Mono.just(Topic.ALL))
                .filter(topic -> topic == Topic.ALL || topic == Topic.ACCOUNTS)
                .onBackpressureLatest()
                .concatMap(_ -> refresh(), 0)
                .then();
    }

    @Override
    public Mono<Void> refresh() {
        return reads.join().then();
    }

    /** A gateway that knows nobody who is switched off must not begin to listen. */
    @Override
    public void start() {
        var _ = Beforehand.await(refresh(), "The users could not be read from the database");
        running = true;
        rounds.repeat("directory", AFTER_FAILURE, follow());
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
