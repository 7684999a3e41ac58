package io.penstock.relay.line;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.catalog.Gateway;
import io.penstock.credential.Credential;
import io.penstock.egress.Clients;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * The way to an upstream: with its own credential, within the limits, over checked connections. Requests fail with {@link BrokenOff} where
 * their answer had begun, and with what {@link Faults} says otherwise; cancelling closes the connection.
 */
public final class Line {

    /** Ending a session is a courtesy that nobody should wait for. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private static final String EVENTS = "text/event-stream";
    private static final String BOTH = "application/json, " + EVENTS;

    private final Ways ways;
    private final Limits limits;
    private final Faults faults;
    private volatile Credential credential;

    /** The way to the upstream that the credential is for. */
    public Line(Ways ways, Credential credential, Limits limits) {
        this.ways = ways;
        this.credential = credential;
        this.limits = limits;
        this.faults = new Faults(credential.gateway());
    }

    /** Goes on with the credential of a later call to the same upstream. */
    public void renew(Credential later) {
        credential = later;
    }

    /** Where the upstream is; may hold a secret in its query. */
    public URI uri() {
        return credential.uri();
    }

    public Gateway gateway() {
        return credential.gateway();
    }

    public Faults faults() {
        return faults;
    }

    public Limits limits() {
        return limits;
    }

    /**
     * Posts a message and gives what is heard back.
     *
     * @param own sets the headers of the era
     */
    public Flux<Heard> post(URI uri, Consumer<HttpHeaders> own, Message message) {
        return post(Clients::calls, uri, own, message);
    }

    /** The same for a request whose answer stays open for hours. */
    public Flux<Heard> hold(Consumer<HttpHeaders> own, Message message) {
        return post(Clients::streams, uri(), own, message);
    }

    /**
     * Posts a message whose response, if there is one, comes another way: a good answer only says that it was taken, in whatever words.
     * Never empty.
     */
    public Mono<Heard> hand(URI uri, Consumer<HttpHeaders> own, Message message) {
        var reading = reading(message);
        return bounded(reading, () -> sending(Clients::calls, uri, own, message).response(reading::taken))
                .last() // not next(), whose cancel would close a connection that is another call's by then
                .onErrorMap(BrokenOff.class, BrokenOff::refusal);
    }

    private Flux<Heard> post(
            Function<Clients, HttpClient> client, URI uri, Consumer<HttpHeaders> own, Message message) {
        var reading = reading(message);
        return bounded(reading, () -> sending(client, uri, own, message).response(reading::read));
    }

    private Reading reading(Message message) {
        return new Reading(faults, limits, what(message), message instanceof Message.Asked asked ? asked.id() : null);
    }

    private HttpClient.ResponseReceiver<?> sending(
            Function<Clients, HttpClient> client, URI uri, Consumer<HttpHeaders> own, Message message) {
        return client.apply(ways.of(credential))
                .headers(headers -> {
                    headers.set(HttpHeaderNames.ACCEPT, BOTH).set(HttpHeaderNames.CONTENT_TYPE, "application/json");
                    own.accept(headers);
                    equip(headers);
                })
                .post()
                .uri(uri)
                .send(Mono.fromSupplier(
                        () -> Unpooled.wrappedBuffer(message.json().getBytes(StandardCharsets.UTF_8))));
    }

    private static String what(Message message) {
        return switch (message) {
            case Message.Asked asked -> asked.method();
            case Message.Told told -> told.method();
            case Message.Response _ -> "a response";
        };
    }

    /**
     * Opens a stream of events by GET.
     *
     * @param answers the request whose answer goes on there; null where it is no such stream
     */
    public Flux<Heard> get(Consumer<HttpHeaders> own, Message.@Nullable Asked answers) {
        var reading = new Reading(
                faults, limits, answers == null ? "GET" : answers.method(), answers == null ? null : answers.id());
        return bounded(
                reading,
                () -> ways.of(credential)
                        .streams()
                        .headers(headers -> {
                            headers.set(HttpHeaderNames.ACCEPT, EVENTS);
                            own.accept(headers);
                            equip(headers);
                        })
                        .get()
                        .uri(uri())
                        .response(reading::read));
    }

    /** @param asking asks anew each time: the client takes its headers when it is made, not when it sends them */
    private Flux<Heard> bounded(Reading reading, Supplier<Flux<Heard>> asking) {
        Mono<Heard> late = Mono.error(() -> faults.timedOut(reading.what(), limits.answer()));
        return Flux.defer(() -> {
            var begun = new AtomicBoolean();
            Flux<Heard> timely =
                    equipped(Flux.defer(asking)).timeout(Mono.delay(limits.answer()), _ -> Mono.never(), late);
            return (reading.id() == null ? timely : Ending.of(timely, Line::isResponse))
                    .doOnNext(_ -> begun.set(true))
                    .onErrorMap(error -> fault(error, reading.what(), begun.get()));
        });
    }

    private static boolean isResponse(Heard heard) {
        return heard instanceof Heard.Said said && said.message() instanceof Message.Response;
    }

    /** An upstream that refuses a credential did nothing yet: it is asked again with a newer one, where there is one. */
    private Flux<Heard> equipped(Flux<Heard> heard) {
        return equipped(heard, Credential.SUBSTITUTES)
                .onErrorResume(
                        Faults::refusesCertificate,
                        refused -> credential
                                .replaced()
                                .doOnNext(this::renew)
                                .map(_ -> heard)
                                .defaultIfEmpty(Flux.error(refused))
                                .flatMapMany(next -> next));
    }

    /** @param more how many other credentials are tried in turn */
    private Flux<Heard> equipped(Flux<Heard> heard, int more) {
        return unlessRefused(
                heard,
                refused -> credential
                        .renewed()
                        .map(other -> {
                            if (more == 0) {
                                return Flux.just(refused);
                            }
                            renew(other);
                            return equipped(heard, more - 1);
                        })
                        .defaultIfEmpty(Flux.just(refused))
                        .flatMapMany(next -> next));
    }

    /** What comes instead of a refused credential; the refusal is read to its end, so that its connection can be used again. */
    private static Flux<Heard> unlessRefused(Flux<Heard> heard, Function<Heard, Flux<Heard>> instead) {
        return Flux.defer(() -> {
            var refusal = new AtomicReference<@Nullable Heard>();
            return heard.filter(one -> !isRefused(one) || !refusal.compareAndSet(null, one))
                    .concatWith(Flux.defer(() -> {
                        Heard refused = refusal.get();
                        return refused == null ? Flux.empty() : instead.apply(refused);
                    }));
        });
    }

    private static boolean isRefused(Heard heard) {
        return heard instanceof Heard.Refused refused && refused.status() == 401;
    }

    private Throwable fault(Throwable error, String what, boolean begun) {
        Throwable told = faults.of(error, what);
        return begun && error instanceof IOException && told instanceof Refusal refusal ? new BrokenOff(refusal) : told;
    }

    /** Ends a session; never errors, and nothing depends on the answer. */
    public Mono<Void> delete(Consumer<HttpHeaders> own) {
        return ways.of(credential)
                .calls()
                .headers(headers -> {
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
        headers.setAll(credential.headers());
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
