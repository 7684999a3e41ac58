package io.penstock.relay.dialogue;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.relay.Dialogues.Dialogue;
import io.penstock.relay.Dialogues.Greeting;
import io.penstock.wire.JsonParts;
import io.penstock.wire.ProtocolVersion;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The 2025 revisions: one endpoint, {@code initialize}, and a session that ends with the conversation. */
final class Sessions {

    static final String INITIALIZE = "initialize";

    private static final String OFFER = "{\"protocolVersion\":" + Outgoing.quote(ProtocolVersion.V2025_11_25.text())
            + ",\"capabilities\":{},\"clientInfo\":" + Introduction.SELF + "}";

    private final Peer peer;
    private final AtomicLong ids = new AtomicLong();

    private Sessions(Peer peer) {
        this.peer = peer;
    }

    /** Error: {@link OtherEra} where the upstream knows no {@code initialize} at this address. */
    static <T> Mono<T> hold(Peer peer, Function<Dialogue, Mono<T>> talk) {
        var sessions = new Sessions(peer);
        return Mono.usingWhen(
                sessions.open(),
                session -> session.confirm().then(Mono.defer(() -> talk.apply(session))),
                Session::close,
                (session, _) -> session.close(),
                Session::close);
    }

    /** The {@code initialize} request; HTTP+SSE begins with the same. */
    static Outgoing initialize(long id) {
        return Outgoing.request(id, INITIALIZE, OFFER);
    }

    /** What an {@code initialize} result says. Throws {@code UpstreamFailed} where it names no revision that is spoken here. */
    static Greeting greeting(String result, String transport, Faults faults) {
        Map<String, String> said = JsonParts.members(result);
        String version = JsonParts.string(said.get("protocolVersion"));
        if (version == null || ProtocolVersion.find(version) == null) {
            throw faults.broken(INITIALIZE, "with a protocol version that is not spoken here");
        }
        return Introduction.greeting(version, transport, said, said.get("serverInfo"));
    }

    private Mono<Session> open() {
        return Mono.defer(() -> peer.post(peer.uri(), _ -> {}, initialize(ids.incrementAndGet()), Replies.NONE))
                .map(answer -> switch (answer) {
                    case Answer.Said said -> {
                        var result = said.response().result();
                        yield new Session(greeting(result, "streamable_http", peer.faults()), said.session());
                    }
                    case Answer.Refused refused -> throw verdict(refused);
                    case Answer.Taken _ -> throw new OtherEra(peer.faults().broken(INITIALIZE, "without a response"));
                });
    }

    private RuntimeException verdict(Answer.Refused refused) {
        int status = refused.status();
        var failure = refused.failure();
        var refusal = failure != null && refused.isOutcome()
                ? peer.faults().error(failure.code(), INITIALIZE)
                : peer.faults().status(status, INITIALIZE);
        boolean unknown = status == 400 || status == 404 || status == 405;
        return unknown || (failure != null && failure.isModern()) ? new OtherEra(refusal) : refusal;
    }

    /** An open session; one without an id where the upstream keeps none. */
    private final class Session implements Dialogue {

        private final Greeting greeting;
        private final @Nullable String id;

        Session(Greeting greeting, @Nullable String id) {
            this.greeting = greeting;
            this.id = id;
        }

        @Override
        public Greeting greeting() {
            return greeting;
        }

        Mono<Void> confirm() {
            var message = Outgoing.notification("notifications/initialized");
            return peer.post(peer.uri(), this::mark, message, Replies.NONE).flatMap(answer -> switch (answer) {
                case Answer.Refused refused -> Mono.error(peer.faults().status(refused.status(), message.method()));
                case Answer.Said _, Answer.Taken _ -> Mono.empty();
            });
        }

        @Override
        public Mono<String> request(String method, @Nullable String params) {
            return Mono.defer(() -> {
                var message = Outgoing.request(ids.incrementAndGet(), method, params);
                return peer.post(peer.uri(), this::mark, message, this::reply)
                        .flatMap(answer -> isLost(answer)
                                ? Mono.error(peer.faults().broken(method, "by ending the session: try again"))
                                : answer.result(peer.faults(), method));
            });
        }

        private boolean isLost(Answer answer) {
            return id != null && answer instanceof Answer.Refused refused && refused.status() == 404;
        }

        private Mono<Void> reply(Message.Asked asked) {
            return peer.post(peer.uri(), this::mark, Outgoing.reply(asked), Replies.NONE)
                    .onErrorComplete()
                    .then();
        }

        Mono<Void> close() {
            return id == null ? Mono.empty() : peer.delete(this::mark);
        }

        private void mark(HttpHeaders headers) {
            headers.set("MCP-Protocol-Version", greeting.protocolVersion());
            if (id != null) {
                headers.set("Mcp-Session-Id", id);
            }
        }
    }
}
