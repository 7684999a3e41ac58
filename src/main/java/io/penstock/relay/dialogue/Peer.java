package io.penstock.relay.dialogue;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.catalog.Gateway;
import io.penstock.credential.Outbound;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** An upstream as one conversation reaches it: with its own credential, within the limits, over checked connections. */
final class Peer {

    /** Ending a session is a courtesy that nobody should wait for. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private static final String BOTH = "application/json, text/event-stream";

    private final HttpClient client;
    private final HttpClient streams;
    private final Outbound outbound;
    private final DialogueSettings settings;
    private final Faults faults;

    Peer(HttpClient client, HttpClient streams, Outbound outbound, DialogueSettings settings) {
        this.client = client;
        this.streams = streams;
        this.outbound = outbound;
        this.settings = settings;
        this.faults = new Faults(outbound.permit().gateway(), settings.requestTimeout());
    }

    /** Where the upstream is; may hold a secret in its query. */
    URI uri() {
        return outbound.uri();
    }

    Gateway gateway() {
        return outbound.permit().gateway();
    }

    Faults faults() {
        return faults;
    }

    Duration patience() {
        return settings.requestTimeout();
    }

    /**
     * Posts a message and reads what comes back. Never empty.
     *
     * @param own sets the headers of the era
     */
    Mono<Answer> post(URI uri, Consumer<HttpHeaders> own, Outgoing message, Replies replies) {
        return exchange(uri, own, message, new Reading(faults, message, replies)::read);
    }

    /** Posts a message whose response comes another way: what the POST answers is only whether it was taken. */
    Mono<Answer> hand(URI uri, Outgoing message) {
        return exchange(uri, _ -> {}, message, (response, body) -> {
            int status = response.status().code();
            return body.then(
                    Mono.just(status >= 200 && status < 300 ? new Answer.Taken() : new Answer.Refused(status, null)));
        });
    }

    private Mono<Answer> exchange(
            URI uri,
            Consumer<HttpHeaders> own,
            Outgoing message,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<Answer>> reader) {
        return client.headers(headers -> {
                    headers.set(HttpHeaderNames.ACCEPT, BOTH).set(HttpHeaderNames.CONTENT_TYPE, "application/json");
                    own.accept(headers);
                    equip(headers);
                })
                .post()
                .uri(uri)
                .send(Mono.fromSupplier(
                        () -> Unpooled.wrappedBuffer(message.json().getBytes(StandardCharsets.UTF_8))))
                .response(reader)
                .singleOrEmpty()
                .timeout(settings.requestTimeout())
                .onErrorMap(error -> faults.of(error, message.method()));
    }

    /** Opens a stream of events that lives as long as what reads it; no time-out but the reader's own. */
    <T> Mono<T> stream(BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> reader) {
        return streams.headers(headers -> {
                    headers.set(HttpHeaderNames.ACCEPT, "text/event-stream");
                    equip(headers);
                })
                .get()
                .uri(uri())
                .response(reader)
                .singleOrEmpty()
                .onErrorMap(error -> faults.of(error, "GET"));
    }

    /** Ends a session; never errors, and nothing depends on the answer. */
    Mono<Void> delete(Consumer<HttpHeaders> own) {
        return client.headers(headers -> {
                    own.accept(headers);
                    equip(headers);
                })
                .delete()
                .uri(uri())
                .response()
                .then()
                .timeout(FAREWELL)
                .onErrorComplete();
    }

    /** Last of all, so that the credential wins over whatever else is set. */
    private void equip(HttpHeaders headers) {
        headers.setAll(outbound.credential());
    }

    /** The query that the credential adds to the registered URL; null where it adds none. */
    @Nullable
    String credentialQuery() {
        String registered = gateway().url().getRawQuery();
        String equipped = uri().getRawQuery();
        if (equipped == null || equipped.equals(registered)) {
            return null;
        }
        return registered != null && equipped.startsWith(registered + "&")
                ? equipped.substring(registered.length() + 1)
                : equipped;
    }
}
