package io.penstock.mcp.line;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.caller.Caller;
import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.Envelopes;
import io.penstock.wire.Message;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The requests on a line that are not answered yet, for when the client gives up on one of them, or on all by leaving. */
final class UnderWay {

    private static final String CANCELLED = "notifications/cancelled";

    private final Calls calls;
    private final Supplier<Agreement> agreed;
    private final Call opener;
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    /** @param agreed what the line goes by now */
    UnderWay(Calls calls, Supplier<Agreement> agreed, Call opener) {
        this.calls = calls;
        this.agreed = agreed;
        this.opener = opener;
    }

    private record Running(Said said, AtomicBoolean unwanted, Sinks.Empty<Void> end) {}

    /** The messages, until they end or the client gives up on them. */
    Flux<SseEvent> run(Said said, Flux<SseEvent> messages) {
        String id = said.call().id();
        return id == null
                ? told(said, messages)
                : Flux.defer(() -> {
                    var begun = new Running(said, new AtomicBoolean(), Sinks.empty());
                    running.put(id, begun);
                    // what is cut off by the line's end stays, so that it can be told upstream
                    return messages.filter(_ -> !begun.unwanted().get())
                            .takeUntilOther(begun.end().asMono())
                            .doOnTerminate(() -> running.remove(id, begun));
                });
    }

    /** A request of a session that is given up ends when its server has heard so, which need not answer it any more (2025-11-25, Cancellation). */
    private Flux<SseEvent> told(Said said, Flux<SseEvent> messages) {
        return Flux.defer(() -> {
            var named = named(said.message(), said.permit().arrival().body());
            if (named == null) {
                return messages;
            }
            named.unwanted().set(true);
            return messages.doOnTerminate(() -> {
                var _ = named.end().tryEmitEmpty();
            });
        });
    }

    /** Whether the message gives up on a request of the stateless revision: over HTTP its client would have closed the stream. */
    boolean cancelled(Envelope message, byte[] body) {
        var named = named(message, body);
        return named != null
                && named.said().call().stateless()
                && named.end().tryEmitEmpty().isSuccess();
    }

    /** What the message gives up on; null where that is nothing. */
    private @Nullable Running named(Envelope message, byte[] body) {
        if (!CANCELLED.equals(message.method())
                || !(Message.read(new String(body, UTF_8)) instanceof Message.Told told)) {
            return null;
        }
        String id = told.requestId();
        return id == null ? null : running.get(id);
    }

    /** Nobody can get the answers any more: tells the server so, and ends the session. Empty when that is done. Error: it could not be. */
    Mono<Void> abandon() {
        var agreement = agreed.get();
        if (agreement.session() == null) {
            return Mono.empty();
        }
        return Flux.fromIterable(running.values())
                .filter(one -> !one.said().call().stateless() && !one.said().is("initialize"))
                .flatMap(one -> cancel(one.said(), agreement).onErrorComplete())
                .then(end(agreement));
    }

    private Mono<Void> cancel(Said said, Agreement agreement) {
        byte[] body = ("{\"jsonrpc\":\"2.0\",\"method\":\"" + CANCELLED + "\",\"params\":{\"requestId\":"
                        + said.call().id() + ",\"reason\":\"The client has left\"}}")
                .getBytes(UTF_8);
        var request = Heads.message(opener.request(), Envelopes.read(body), agreement);
        return carry(Call.onLine(request, target()), Mono.just(body));
    }

    /** Ends the session that was agreed on. Empty as {@link #abandon}. */
    Mono<Void> end(Agreement agreement) {
        var request = Heads.bodiless("DELETE", opener.request(), agreement, null);
        return Mono.defer(() -> carry(Call.onLine(request, target()), Mono.empty()));
    }

    /** The caller is the one who was identified when the line was opened: that a token has ended must not keep what it began. */
    private Mono<Void> carry(Call call, Mono<byte[]> body) {
        Caller caller = Objects.requireNonNull(opener.caller());
        return calls.permit(call, caller, body)
                .flatMap(permit -> calls.carry(call, permit))
                .doOnNext(reply -> {
                    if (reply instanceof Reply.Events events) {
                        events.source().dispose();
                    }
                })
                .then();
    }

    private Target target() {
        return Objects.requireNonNull(opener.target());
    }
}
