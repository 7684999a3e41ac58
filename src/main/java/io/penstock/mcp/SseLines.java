package io.penstock.mcp;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.penstock.caller.Caller;
import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
import io.penstock.mcp.line.Line;
import io.penstock.mcp.line.Lines;
import io.penstock.mcp.line.TooSlow;
import io.penstock.relay.Replicas;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import io.penstock.wire.SseEvent;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** HTTP+SSE (2024-11-05): a GET opens a line and is told where messages to it are posted; everything comes back on the line. */
@Component
final class SseLines {

    private static final Logger LOG = LoggerFactory.getLogger(SseLines.class);
    private static final String QUERY = "session_id";

    private final Calls calls;
    private final Lines lines;
    private final Replicas replicas;

    SseLines(Calls calls, Lines lines, Replicas replicas) {
        this.calls = calls;
        this.lines = lines;
        this.replicas = replicas;
    }

    /**
     * Opens a line. Gives what goes out on it, the address for messages first. Error: a {@code Refusal}.
     *
     * @param resource the endpoint's path
     */
    Mono<Flux<SseEvent>> open(Call call, String resource) {
        return calls.permit(call, Mono.empty()).map(_ -> {
            Line line = lines.line(call);
            String base = resource.endsWith("/sse") ? resource.substring(0, resource.length() - 4) : resource;
            String address = base + Paths.MESSAGE + "?" + QUERY + "=" + lines.name(line, call);
            return line.messages(new SseEvent(null, "endpoint", address, null, null))
                    .onErrorResume(TooSlow.class, slow -> tooSlow(call, slow));
        });
    }

    private static Flux<SseEvent> tooSlow(Call call, TooSlow slow) {
        LOG.warn("Line {} {}", call.request().correlationId(), slow.getMessage());
        return Flux.just(SseEvent.comment(String.valueOf(slow.getMessage())));
    }

    /**
     * Takes a message to a line, here or on the replica that has the line. Never empty: a reply without a body, or what the other replica
     * replied. Error: a {@code Refusal}.
     *
     * @param uri the message's, whose query names the line
     */
    Mono<Reply> take(Call call, String uri, Mono<byte[]> body) {
        return calls.identify(call).flatMap(caller -> {
            String name = named(uri);
            return switch (find(call, name, caller)) {
                case Lines.Place.Here(Line line) -> said(call, caller, line, body);
                case Lines.Place.There(String replica) ->
                    body.flatMap(bytes -> replicas.hand(replica, handed(call.request(), name), bytes));
            };
        });
    }

    /** The name of the line in a message's URI; null where there is none. */
    private static @Nullable String named(String uri) {
        try {
            List<String> values = new QueryStringDecoder(uri).parameters().getOrDefault(QUERY, List.of());
            return values.isEmpty() ? null : values.getFirst();
        } catch (IllegalArgumentException e) { // whose message repeats the query
            throw new Refusal(
                    new Reason.Malformed("The query is no valid one: after each % come two hexadecimal digits"));
        }
    }

    /** Takes a message that another replica handed over. Never empty. Error: a {@code Refusal}. */
    Mono<Reply> visit(Call call, byte[] body) {
        String name = call.request().header(Lines.NAME);
        return calls.identify(call).flatMap(caller -> switch (find(call, name, caller)) {
            case Lines.Place.Here(Line line) -> said(call, caller, line, Mono.just(body));
            case Lines.Place.There _ -> Mono.error(new Refusal(new Reason.SessionEnded("The line has ended")));
        });
    }

    private Mono<Reply> said(Call call, Caller caller, Line line, Mono<byte[]> body) {
        return body.flatMap(bytes -> line.say(call, caller, bytes))
                .onErrorResume(Refusal.class, refusal -> told(call, line, refusal))
                .thenReturn(new Reply.Empty(202));
    }

    /** An error of the method itself is the answer to its request, and answers go out on the line; anything else refuses the message. */
    private Mono<Void> told(Call call, Line line, Refusal refusal) {
        if (call.id() == null || !Exchange.isMethods(refusal.reason())) {
            return Mono.error(refusal);
        }
        calls.refused(call, refusal);
        line.tell(
                Exchange.refused(refusal.reason(), call.id(), call.stateless()).body());
        return Mono.empty();
    }

    private Lines.Place find(Call call, @Nullable String name, Caller caller) {
        if (name == null) {
            throw new Refusal(new Reason.Malformed(
                    "Name the line in ?" + QUERY + "=, as the event \"endpoint\" at its beginning does"));
        }
        Target target = Objects.requireNonNull(call.target());
        return lines.find(name, caller, target);
    }

    private static Request handed(Request request, @Nullable String name) {
        var headers = request.headers().copy().set(Lines.NAME, Objects.requireNonNull(name));
        return new Request(request.method(), request.path(), headers, request.peer(), request.correlationId());
    }
}
