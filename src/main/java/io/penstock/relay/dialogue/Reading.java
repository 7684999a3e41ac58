package io.penstock.relay.dialogue;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.Refusal;
import io.penstock.wire.SseDecoder;
import io.penstock.wire.SseEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/** Reads the answer to one message off its HTTP response, which is a JSON body or a stream of events that ends with it. */
record Reading(Faults faults, Outgoing message, Replies replies) {

    /** The largest body that is read; an event of a stream has the same limit. */
    static final int LIMIT = SseDecoder.MAX_EVENT;

    /** What is read of a refusal's body: enough for a JSON-RPC error. */
    private static final int REFUSAL_LIMIT = 64 * 1024;

    private static final String SESSION = "mcp-session-id";

    Mono<Answer> read(HttpClientResponse response, ByteBufFlux body) {
        int status = response.status().code();
        String type = mediaType(response.responseHeaders());
        String session = response.responseHeaders().get(SESSION);
        if (response.responseHeaders().contains(HttpHeaderNames.CONTENT_ENCODING)) {
            return Mono.error(faults.broken(message.method(), "with a compressed body, which was not asked for"));
        }
        if (status < 200 || status >= 300) {
            return refused(status, body);
        }
        if (status == 202) {
            // Some say so in words too.
            return body.then(Mono.just(new Answer.Taken()));
        }
        if (type.equals("text/event-stream")) {
            return events(SseDecoder.decode(body), session);
        }
        return join(body, LIMIT).map(text -> answer(type, text, session));
    }

    static String mediaType(HttpHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private Mono<Answer> refused(int status, ByteBufFlux body) {
        return join(body, REFUSAL_LIMIT)
                .map(Reading::failure)
                .onErrorResume(Refusal.class, _ -> Mono.empty())
                .<Answer>map(failure -> new Answer.Refused(status, failure))
                .defaultIfEmpty(new Answer.Refused(status, null));
    }

    private static Message.Failure failure(String text) {
        if (Message.read(text) instanceof Message.Failure failure) {
            return failure;
        }
        throw new Refusal(new Refusal.Reason.Malformed("No error"));
    }

    private Answer answer(String type, String text, @Nullable String session) {
        if (text.isBlank()) {
            return new Answer.Taken();
        }
        if (!type.equals("application/json")) {
            throw faults.broken(message.method(), "with neither JSON nor an event stream, so it is no MCP: check url");
        }
        var answer = answer(Message.read(text), session);
        if (answer == null) {
            throw faults.broken(message.method(), "with a message that is no response to it");
        }
        return answer;
    }

    private Mono<Answer> events(Flux<SseEvent> events, @Nullable String session) {
        return events.concatMap(event -> event(event, session), 0)
                .next()
                .switchIfEmpty(Mono.error(
                        () -> faults.broken(message.method(), "with a stream that ended without a response")));
    }

    private Mono<Answer> event(SseEvent event, @Nullable String session) {
        Message said = message(event);
        if (said instanceof Message.Asked asked) {
            return replies.reply(asked).then(Mono.empty());
        }
        return said == null ? Mono.empty() : Mono.justOrEmpty(answer(said, session));
    }

    /** The message that an event carries; null for a priming event or one of another kind. */
    static @Nullable Message message(SseEvent event) {
        boolean isMessage = event.event() == null || event.event().equals("message");
        return isMessage && event.data() != null && !event.data().isBlank() ? Message.read(event.data()) : null;
    }

    private @Nullable Answer answer(Message said, @Nullable String session) {
        return switch (said) {
            case Message.Result result -> {
                requireOurs(result.id());
                yield new Answer.Said(result, session);
            }
            case Message.Failure failure -> {
                requireOurs(failure.id());
                yield new Answer.Refused(200, failure);
            }
            case Message.Asked _, Message.Told _ -> null;
        };
    }

    private void requireOurs(@Nullable String id) {
        if (id != null && !id.equals(message.id())) {
            throw faults.broken(message.method(), "with a response to something else: its id differs");
        }
    }

    private Mono<String> join(ByteBufFlux body, int limit) {
        return body.reduceWith(ByteArrayOutputStream::new, (read, part) -> {
                    if (read.size() + part.readableBytes() > limit) {
                        throw faults.broken(message.method(), "with more than " + limit + " bytes");
                    }
                    read.writeBytes(ByteBufUtil.getBytes(part));
                    return read;
                })
                .map(read -> read.toString(StandardCharsets.UTF_8));
    }
}
