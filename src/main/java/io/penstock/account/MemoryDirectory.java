package io.penstock.account;

import io.penstock.caller.Acquaintance;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.caller.Directory;
import io.penstock.caller.SignIns;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.MemoryCopy;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Keeps what calls need to know of users. */
@Component
final class MemoryDirectory extends MemoryCopy<Map<String, Known>> implements Directory, SignIns {

    private final DirectoryReader reader;
    private volatile Map<String, Known> known = Map.of();

    MemoryDirectory(DirectoryReader reader, Changes changes, Rounds rounds) {
        super("users", Set.of(Topic.ACCOUNTS), changes, rounds);
        this.reader = reader;
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

    @Override
    protected Mono<Map<String, Known>> readAll() {
        return reader.read();
    }

    @Override
    protected boolean replace(Map<String, Known> latest) {
        boolean differs = !latest.equals(known);
        known = latest;
        return differs;
    }

    @Override
    public Mono<Void> refresh() {
        return readAgain().then();
    }
}
