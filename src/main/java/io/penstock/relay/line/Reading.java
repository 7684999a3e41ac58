package io.penstock.relay.line;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.SseDecoder;
import io.penstock.wire.SseEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Reads what is heard off one HTTP response, which is a JSON body or a stream of events.
 *
 * @param what names the request in errors
 * @param id the request that is answered; null where responses to any may come
 */
record Reading(
        Faults faults, Limits limits, String what, @Nullable String id) {

    /** What is read of a refusal's body: enough for a JSON-RPC error. */
    private static final int REFUSAL_LIMIT = 64 * 1024;

    Flux<Heard> read(HttpClientResponse response, ByteBufFlux body) {
        int status = response.status().code();
        var head = response.responseHeaders();
        if (head.contains(HttpHeaderNames.CONTENT_ENCODING)) {
            return Flux.error(faults.broken(what, "with a compressed body, which was not asked for"));
        }
        if (status < 200 || status >= 300) {
            return refused(status, body).flux();
        }
        if (status == 202) {
            return passedOver(body).flux();
        }
        String type = mediaType(head);
        boolean events = type.equals("text/event-stream");
        Heard began = new Heard.Began(head.get(HeaderNames.SESSION), events);
        Flux<Heard> rest = events
                ? SseDecoder.decode(body, limits.body().toBytes()).concatMapIterable(this::event, 1)
                : whole(type, body).flux();
        return Flux.concat(Flux.just(began), rest);
    }

    /** Whether a message was taken. */
    Mono<Heard> taken(HttpClientResponse response, ByteBufFlux body) {
        int status = response.status().code();
        return status < 200 || status >= 300 ? refused(status, body) : passedOver(body);
    }

    /**
     * Reads a body that says nothing: some say in words too that they took a message. Its parts are mapped, not ignored: what ignores them
     * discards them, and under a reply that streams a discard releases what the channel releases itself.
     */
    private static Mono<Heard> passedOver(ByteBufFlux body) {
        return body.map(ByteBuf::readableBytes).then(Mono.just(new Heard.Taken()));
    }

    private static String mediaType(HttpHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private Mono<Heard> refused(int status, ByteBufFlux body) {
        return join(body, REFUSAL_LIMIT)
                .map(words -> new Heard.Refused(status, failure(words), words))
                .onErrorResume(Refusal.class, _ -> Mono.empty())
                .<Heard>map(refused -> refused)
                .defaultIfEmpty(new Heard.Refused(status, null, ""));
    }

    private static Message.@Nullable Failure failure(String words) {
        return Message.tryRead(words).orElse(null) instanceof Message.Failure failure ? failure : null;
    }

    private Mono<Heard> whole(String type, ByteBufFlux body) {
        return join(body, limits.body().toBytes())
                .map(text -> whole(type, text))
                .defaultIfEmpty(new Heard.Taken())
                .timeout(limits.answer(), Mono.error(() -> faults.timedOut(what, limits.answer())));
    }

    private Heard whole(String type, String text) {
        if (text.isBlank()) {
            return new Heard.Taken();
        }
        if (!type.equals("application/json")) {
            throw faults.broken(what, "with neither JSON nor an event stream, so it is no MCP: check url");
        }
        Message said = message(text);
        if (!(said instanceof Message.Response)) {
            throw faults.broken(what, "with a message that is no response to it");
        }
        return new Heard.Said(said);
    }

    private List<Heard> event(SseEvent event) {
        var heard = new ArrayList<Heard>(2);
        if (event.event() != null && !event.event().equals("message")) {
            heard.add(new Heard.Named(event.event(), event.data()));
        } else if (event.data() != null && !event.data().isBlank()) {
            heard.add(new Heard.Said(message(event.data())));
        }
        if (event.id() != null || event.retry() != null) {
            heard.add(new Heard.Mark(event.id(), event.retry()));
        }
        return heard;
    }

    private Message message(String text) {
        Message said = Message.tryRead(text).orElseThrow(faults::noMessage);
        if (id != null
                && said instanceof Message.Response response
                && response.id() != null
                && !id.equals(response.id())) {
            throw faults.broken(what, "with a response to something else: its id differs");
        }
        return said;
    }

    private Mono<String> join(ByteBufFlux body, long limit) {
        return body.reduceWith(ByteArrayOutputStream::new, (read, part) -> {
                    if (read.size() + (long) part.readableBytes() > limit) {
                        throw faults.tooLarge(what, limit);
                    }
                    read.writeBytes(ByteBufUtil.getBytes(part));
                    return read;
                })
                .map(read -> read.toString(StandardCharsets.UTF_8));
    }
}
