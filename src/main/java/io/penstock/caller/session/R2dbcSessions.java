package io.penstock.caller.session;

import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Transactions;
import io.penstock.wire.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sessions in the database; what ends there is forgotten in memory at once, and on other replicas as soon as they are told. */
final class R2dbcSessions implements Sessions {

    private static final int LONGEST_AGENT = 255;

    private final SessionRows rows;
    private final LiveSessions live;
    private final SessionCookie cookie;
    private final SessionIdTokens idTokens;
    private final Transactions transactions;
    private final Changes changes;
    private final Duration absoluteLimit;
    private final InstantSource clock;

    R2dbcSessions(
            SessionRows rows,
            LiveSessions live,
            SessionCookie cookie,
            SessionIdTokens idTokens,
            Transactions transactions,
            Changes changes,
            Duration absoluteLimit,
            InstantSource clock) {
        this.rows = rows;
        this.live = live;
        this.cookie = cookie;
        this.idTokens = idTokens;
        this.transactions = transactions;
        this.changes = changes;
        this.absoluteLimit = absoluteLimit;
        this.clock = clock;
    }

    @Override
    public Mono<Begun> begin(Draft draft) {
        return Mono.defer(() -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            var session = new Session(
                    UUID.randomUUID(),
                    draft.user(),
                    draft.groups(),
                    draft.issuer(),
                    draft.address(),
                    cut(draft.agent()),
                    now,
                    now,
                    now.plus(absoluteLimit),
                    draft.generation());
            var idToken = draft.idToken();
            return transactions.run(rows.insert(session)
                    .then(idToken == null ? Mono.empty() : idTokens.keep(session, idToken))
                    .thenReturn(new Begun(session, cookie.seal(session))));
        });
    }

    /** PostgreSQL keeps no NUL in texts. */
    private static @Nullable String cut(@Nullable String agent) {
        return agent == null
                ? null
                : agent.substring(0, Math.min(LONGEST_AGENT, agent.length())).replace("\0", "");
    }

    @Override
    public Flux<Session> list(@Nullable String user, int limit, @Nullable Position before) {
        return Flux.defer(() -> rows.list(user, live.oldestUse(), limit, before));
    }

    @Override
    public Mono<Session> end(UUID id, @Nullable String user) {
        Mono<Session> ended = rows.find(id)
                .filter(session -> user == null || session.user().equals(user))
                .filterWhen(session -> rows.delete(id))
                .flatMap(session -> told(() -> live.forget(id)).thenReturn(session));
        return transactions.run(ended);
    }

    @Override
    public Mono<Long> endAll(String user) {
        return transactions.run(rows.deleteOf(user)
                .flatMap(count -> told(() -> live.forgetAll(user)).thenReturn(count)));
    }

    private Mono<Void> told(Runnable forget) {
        return changes.announce(Topic.SESSIONS).then(transactions.afterCommit(forget));
    }

    @Override
    public @Nullable UUID shown(Request request) {
        List<String> values = Cookies.named(request.headers(), SessionCookie.NAME);
        SessionCookie.Content content = values.size() == 1 ? cookie.open(values.getFirst()) : null;
        return content == null ? null : content.id();
    }
}
