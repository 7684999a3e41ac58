package io.penstock.relay.bulkhead;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.access.Permit;
import io.penstock.wire.Envelope;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The calls of sessions that wait, so that their clients can give them up by a message of its own (2025-11-25, Cancellation): the upstream,
 * which has not heard of such a call yet, could not make anything of the message.
 */
final class GivenUp {

    private static final String CANCELLED = "notifications/cancelled";

    private final Map<Call, Sinks.Empty<Void>> waiting = new ConcurrentHashMap<>();

    private record Call(UUID gateway, String user, String session, String id) {}

    /** True when the call's turn has come, false when its client gives it up before. Error: that of the turn. */
    Mono<Boolean> before(Mono<Void> turn, Permit permit) {
        Envelope request = permit.arrival().envelope();
        Call call = request == null ? null : call(permit, request.id());
        if (call == null) {
            return turn.thenReturn(true);
        }
        Sinks.Empty<Void> end = Sinks.empty();
        waiting.put(call, end);
        return Mono.firstWithSignal(turn.thenReturn(true), end.asMono().thenReturn(false))
                .doFinally(_ -> waiting.remove(call, end));
    }

    /** Whether the message gave up a call that waited, and so is nothing that the upstream needs to know. */
    boolean by(Permit permit) {
        Envelope message = permit.arrival().envelope();
        if (waiting.isEmpty() || message == null || !CANCELLED.equals(message.method())) {
            return false;
        }
        Call call = Message.read(new String(permit.arrival().body(), UTF_8)) instanceof Message.Told told
                ? call(permit, JsonParts.member(told.params(), "requestId"))
                : null;
        var end = call == null ? null : waiting.get(call);
        return end != null && end.tryEmitEmpty().isSuccess();
    }

    /** Null where there is no session to tell the calls of several clients apart. */
    private static @Nullable Call call(Permit permit, @Nullable String id) {
        String session = permit.arrival().request().header(HeaderNames.SESSION);
        return session == null || id == null
                ? null
                : new Call(permit.gateway().id(), permit.caller().user(), session, id);
    }
}
