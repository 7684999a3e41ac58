package io.penstock.relay.bulkhead;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.access.Permit;
import io.penstock.loop.Rounds;
import io.penstock.relay.Replicas;
import io.penstock.wire.Envelope;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Reply;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The calls of sessions, so that their clients can give them up by a message of its own (2025-11-25, Cancellation). An upstream that has not
 * heard of such a call yet could not make anything of the message; one that has may never answer, so what the call holds is given back.
 */
@Component
final class GivenUp {

    private static final String CANCELLED = "notifications/cancelled";
    private static final int REFUSED = 400;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Replicas replicas;
    private final Map<Call, Revocable> open = new ConcurrentHashMap<>();

    GivenUp(Replicas replicas, Rounds rounds) {
        this.replicas = replicas;
        rounds.repeat("relay.cancels.follow", AFTER_FAILURE, follow());
    }

    /**
     * Names a call.
     *
     * @param id the id of its request, as JSON text
     */
    private record Call(UUID gateway, String user, String session, String id) {

        private static final String KIND = "{\"relay.bulkhead\":";

        /** What replicas tell each other of a call that was given up. */
        byte[] note() {
            var members = new LinkedHashMap<String, String>();
            members.put("relay.bulkhead", "\"cancelled\"");
            members.put("gateway", Message.quote(gateway.toString()));
            members.put("user", Message.quote(user));
            members.put("session", Message.quote(session));
            members.put("request", id);
            return Message.object(members).getBytes(UTF_8);
        }

        /** Null for another kind of note. */
        static @Nullable Call read(byte[] note) {
            String text = new String(note, UTF_8);
            if (!text.startsWith(KIND)) {
                return null;
            }
            var members = JsonParts.members(text);
            return new Call(
                    UUID.fromString(String.valueOf(JsonParts.string(members.get("gateway")))),
                    String.valueOf(JsonParts.string(members.get("user"))),
                    String.valueOf(JsonParts.string(members.get("session"))),
                    members.getOrDefault("request", "null"));
        }
    }

    /**
     * The call, until its client gives it up, which it then is answered by nothing.
     *
     * @param placed gives the call its place, in which it is sent
     */
    Mono<Reply> until(Permit permit, Mono<Reply> call, UnaryOperator<Mono<Reply>> placed) {
        Envelope request = permit.arrival().envelope();
        Call name = request == null ? null : name(permit, request.id());
        if (name == null) {
            return placed.apply(call);
        }
        return Mono.defer(() -> {
            var revocable = new Revocable();
            open.put(name, revocable);
            return revocable.carry(call, placed, () -> open.remove(name, revocable));
        });
    }

    /** The message, which ends a call where it gives one up and is taken; it is not sent where that call was not. */
    Mono<Reply> heeding(Permit permit, Mono<Reply> message) {
        return Mono.defer(() -> {
            Call name = givenUp(permit);
            if (name == null) {
                return message;
            }
            Revocable waiting = open.get(name);
            return waiting != null && waiting.withdraw()
                    ? Mono.just(new Reply.Empty(202))
                    : message.delayUntil(reply -> isTaken(reply) ? end(name) : Mono.empty());
        });
    }

    private static @Nullable Call givenUp(Permit permit) {
        Envelope message = permit.arrival().envelope();
        return message != null
                        && CANCELLED.equals(message.method())
                        && Message.read(new String(permit.arrival().body(), UTF_8)) instanceof Message.Told told
                ? name(permit, told.requestId())
                : null;
    }

    private static boolean isTaken(Reply reply) {
        return !(reply instanceof Reply.Json json && json.status() >= REFUSED);
    }

    /** Empty when it has ended here, or the others are on their way to know: who misses it keeps the call until its limit. */
    private Mono<Void> end(Call name) {
        if (endHere(name)) {
            return Mono.empty();
        }
        byte[] note = name.note();
        return note.length > Replicas.LARGEST_NOTE
                ? Mono.empty()
                : replicas.tellAll(note).onErrorComplete();
    }

    private boolean endHere(Call name) {
        Revocable revocable = open.get(name);
        if (revocable != null) {
            revocable.end();
        }
        return revocable != null;
    }

    /** Endless: ends what is under way here and was given up on another replica. */
    private Mono<Void> follow() {
        return replicas.told()
                .mapNotNull(Call::read)
                .doOnNext(name -> {
                    var _ = endHere(name);
                })
                .then();
    }

    /** Null where there is no session to tell the calls of several clients apart. */
    private static @Nullable Call name(Permit permit, @Nullable String id) {
        String session = permit.arrival().request().header(HeaderNames.SESSION);
        return session == null || id == null
                ? null
                : new Call(permit.gateway().id(), permit.caller().user(), session, id);
    }
}
