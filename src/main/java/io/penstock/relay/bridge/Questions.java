package io.penstock.relay.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.penstock.loop.Rounds;
import io.penstock.relay.Replicas;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.session.Seals;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.RpcError;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Questions of upstreams that wait for a client's answer. What names one outside is sealed for whom it was asked, and says which replica
 * holds it, so that the answer may come to any.
 */
@Component
final class Questions {

    /** How long a client, that is a person, may take to answer. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Questions, unless they are long. */
    private static final int MOST = 100_000;

    /** Those that wait for the client of one session; of long ones fewer, as of all. */
    private static final int MOST_OF_ONE = 1_000;

    /** In characters; one of that many counts like two. */
    private static final int LONG = 1_000;

    private static final String REQUEST_ID = "requestId";

    private final Seals seals;
    private final Replicas replicas;
    private final Rounds rounds;
    private final Cache<String, Open> open;
    private final Map<String, Named> named = new ConcurrentHashMap<>();

    /** How much waits for each context. */
    private final Map<String, Integer> waiting = new ConcurrentHashMap<>();

    Questions(Seals seals, Replicas replicas, Rounds rounds) {
        this.seals = seals;
        this.replicas = replicas;
        this.rounds = rounds;
        this.open = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(MOST)
                .<String, Open>weigher((_, question) -> weight(question))
                .expireAfterWrite(PATIENCE)
                .scheduler(Scheduler.systemScheduler())
                .evictionListener((key, question, cause) -> tooLate(question, cause))
                .build();
    }

    /**
     * A question that waits.
     *
     * @param exchange the call that waits with it and ends with it; null where the question belongs to none, or where the call has a
     *     response of its own open
     * @param context whose it is, who alone can answer it
     */
    record Open(Leg leg, Message.Asked asked, @Nullable Exchange exchange, String context) {}

    /** What a question, which the upstream names by its request's id, is kept under here and named outside. */
    private record Named(String key, String name) {}

    /** Where a question is held. */
    record Place(String replica, String key) {}

    private static int weight(Open question) {
        String params = question.asked().params();
        return 1 + (params == null ? 0 : params.length() / LONG);
    }

    /** Whether one more may wait for that context: more would be at the expense of all others. */
    boolean hasRoom(String context) {
        return waiting.getOrDefault(context, 0) < MOST_OF_ONE;
    }

    /** Keeps the question and gives its name for outside. */
    String keep(Open question) {
        String key = UUID.randomUUID().toString();
        String place = JsonParts.with(null, "replica", Message.quote(replicas.self()));
        String name = seals.seal(JsonParts.with(place, "key", Message.quote(key)), PATIENCE, question.context());
        put(new Named(key, name), question);
        return name;
    }

    private void put(Named name, Open question) {
        waiting.merge(question.context(), weight(question), Integer::sum);
        named.put(question.asked().id(), name);
        open.put(name.key(), question);
    }

    /** Where the question of that name is held; null where there is none for this context, or not any more. */
    @Nullable
    Place place(String name, String context) {
        var opened = seals.open(name, context);
        if (opened == null) {
            return null;
        }
        var said = JsonParts.members(opened.text());
        return new Place(
                Objects.requireNonNull(JsonParts.string(said.get("replica"))),
                Objects.requireNonNull(JsonParts.string(said.get("key"))));
    }

    /** Takes the question, so that it is answered once; null where it is not here any more. */
    @Nullable
    Open take(Place place) {
        return take(place.key());
    }

    /** Keeps a question that was taken under its name again: its answer did not arrive, and may be given once more. */
    void putBack(Place place, String name, Open question) {
        put(new Named(place.key(), name), question);
    }

    private @Nullable Open take(String key) {
        Open question = open.asMap().remove(key);
        forget(question);
        return question;
    }

    private void forget(@Nullable Open question) {
        if (question != null) {
            named.remove(question.asked().id());
            waiting.computeIfPresent(question.context(), (_, all) -> {
                int left = all - weight(question);
                return left == 0 ? null : left;
            });
        }
    }

    /** The question, which goes on waiting; null where it is not here any more. */
    @Nullable
    Open find(Place place) {
        return open.getIfPresent(place.key());
    }

    /** What the client is told where an upstream takes its question back, which nobody need answer any more; null where there is none. */
    Message.@Nullable Told takenBack(Message.Told told) {
        String id = told.requestId();
        Named question = id == null ? null : named.get(id);
        return question == null || take(question.key()) == null
                ? null
                : new Message.Told(
                        told.method(), JsonParts.with(told.params(), REQUEST_ID, Message.quote(question.name())));
    }

    /** Whether a question has ended with the replica that held it: the session that it was asked in, which none holds, goes on. */
    static boolean isGone(Throwable error) {
        return error instanceof Refusal refusal && refusal.reason() instanceof Reason.SessionEnded;
    }

    private void tooLate(@Nullable Open question, RemovalCause cause) {
        forget(question);
        if (question == null) {
            return;
        }
        if (question.exchange() != null) {
            question.exchange().dispose();
        } else {
            var late = new Refusal(new Reason.UpstreamTimedOut("The client did not answer in time (" + cause + ")"));
            Mono<Void> told = question.leg()
                    .answer(
                            question.asked(),
                            Message.Failure.of(question.asked().id(), RpcError.of(late.reason())));
            var _ = rounds.detach("relay.unanswered", told);
        }
    }
}
