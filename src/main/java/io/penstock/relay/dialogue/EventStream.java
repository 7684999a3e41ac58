package io.penstock.relay.dialogue;

import io.penstock.relay.Dialogues.Dialogue;
import io.penstock.relay.Dialogues.Greeting;
import io.penstock.relay.Dialogues.UpstreamError;
import io.penstock.wire.SseDecoder;
import io.penstock.wire.SseEvent;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/**
 * HTTP+SSE of 2024-11-05: a GET stream names an endpoint for POSTs, and the responses arrive on the stream. The stream is read while the
 * talk goes on, and ends with it.
 */
final class EventStream {

    private static final String GET = "GET";

    private final Peer peer;
    private final AtomicLong ids = new AtomicLong();
    private final Sinks.One<URI> endpoint = Sinks.one();
    private final Map<String, Sinks.One<Answer>> pending = new ConcurrentHashMap<>();

    private EventStream(Peer peer) {
        this.peer = peer;
    }

    /** Error: {@link OtherEra} where the upstream gives no stream of events at this address. */
    static <T> Mono<T> hold(Peer peer, Function<Dialogue, Mono<T>> talk) {
        return Mono.defer(() -> {
            var stream = new EventStream(peer);
            var opened = Sinks.<Boolean>one();
            Mono<T> held = peer.stream((response, body) -> stream.converse(response, body, opened, talk));
            return Mono.firstWithSignal(held, late(peer, opened));
        });
    }

    /** Errors where the head of the response does not come in time; never completes. */
    private static <T> Mono<T> late(Peer peer, Sinks.One<Boolean> opened) {
        return opened.asMono()
                .timeout(peer.patience(), Mono.error(() -> peer.faults().timedOut(GET)))
                .then(Mono.never());
    }

    private <T> Mono<T> converse(
            HttpClientResponse response,
            ByteBufFlux body,
            Sinks.One<Boolean> opened,
            Function<Dialogue, Mono<T>> talk) {
        opened.tryEmitValue(true).orThrow();
        int status = response.status().code();
        if (status != 200) {
            return Mono.error(verdict(status));
        }
        if (!Reading.mediaType(response.responseHeaders()).equals("text/event-stream")) {
            return Mono.error(new OtherEra(peer.faults().broken(GET, "with no event stream: check url")));
        }
        Mono<T> talking = greet().flatMap(talk);
        Mono<T> listening = SseDecoder.decode(body)
                .concatMap(this::receive, 0)
                .then(Mono.error(() -> peer.faults().broken(GET, "with a stream that ended in mid-conversation")));
        return Mono.firstWithSignal(talking, listening);
    }

    private RuntimeException verdict(int status) {
        var refusal = peer.faults().status(status, GET);
        boolean unknown = status == 400 || status == 404 || status == 405 || status == 406;
        return unknown ? new OtherEra(refusal) : refusal;
    }

    private Mono<Dialogue> greet() {
        return endpoint.asMono()
                .timeout(peer.patience(), Mono.error(() -> peer.faults().timedOut(GET)))
                .then(ask(Sessions.initialize(ids.incrementAndGet())))
                .flatMap(answer -> answer.result(peer.faults(), Sessions.INITIALIZE))
                .onErrorMap(UpstreamError.class, error -> peer.faults().error(error.code(), Sessions.INITIALIZE))
                .map(result -> Sessions.greeting(result, "sse", peer.faults()))
                .flatMap(greeting ->
                        send(Outgoing.notification("notifications/initialized")).thenReturn(dialogue(greeting)));
    }

    private Dialogue dialogue(Greeting greeting) {
        return new Dialogue() {
            @Override
            public Greeting greeting() {
                return greeting;
            }

            @Override
            public Mono<String> request(String method, @Nullable String params) {
                return Mono.defer(() -> ask(Outgoing.request(ids.incrementAndGet(), method, params)))
                        .flatMap(answer -> answer.result(peer.faults(), method));
            }
        };
    }

    /** Posts a request and waits for its response on the stream. */
    private Mono<Answer> ask(Outgoing message) {
        return Mono.defer(() -> {
            Sinks.One<Answer> answer = Sinks.one();
            String id = String.valueOf(message.id());
            pending.put(id, answer);
            return send(message)
                    .then(answer.asMono())
                    .timeout(peer.patience(), Mono.error(() -> peer.faults().timedOut(message.method())))
                    .doFinally(_ -> pending.remove(id));
        });
    }

    /** Posts a message; what the POST itself answers is only whether it was taken. */
    private Mono<Void> send(Outgoing message) {
        return endpoint.asMono()
                .flatMap(uri -> peer.hand(uri, message))
                .flatMap(answer -> answer instanceof Answer.Refused refused
                        ? Mono.error(peer.faults().status(refused.status(), message.method()))
                        : Mono.empty());
    }

    private Mono<Void> receive(SseEvent event) {
        if ("endpoint".equals(event.event())) {
            var _ = endpoint.tryEmitValue(Endpoint.resolve(peer, event.data()));
            return Mono.empty();
        }
        return switch (Reading.message(event)) {
            case null -> Mono.empty();
            case Message.Asked asked -> send(Outgoing.reply(asked)).onErrorComplete();
            case Message.Result result -> deliver(result.id(), new Answer.Said(result, null));
            case Message.Failure failure -> deliver(failure.id(), new Answer.Refused(200, failure));
            case Message.Told _ -> Mono.empty();
        };
    }

    /** A response that nobody waits for any more is dropped. */
    private Mono<Void> deliver(@Nullable String id, Answer answer) {
        var waiting = id == null ? null : pending.get(id);
        if (waiting != null) {
            var _ = waiting.tryEmitValue(answer);
        }
        return Mono.empty();
    }
}
