package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The resources that a session is subscribed to, each once however many listen. */
final class Subscriptions {

    private static final int TOO_MANY = 429;

    private final ConcurrentMap<String, Wanted> wanted = new ConcurrentHashMap<>();

    /** When what was asked last about a resource is over. */
    private final ConcurrentMap<String, Mono<Void>> turns = new ConcurrentHashMap<>();

    private final Function<Message.Asked, Flux<Message>> ask;

    /** @param ask sends a request to the upstream */
    Subscriptions(Function<Message.Asked, Flux<Message>> ask) {
        this.ask = ask;
    }

    /** A resource that so many listen for. */
    private record Wanted(int listeners, Subscribing subscribing) {}

    /** One try to subscribe, shared by all who listen meanwhile; it goes on when the one who began it leaves. */
    private final class Subscribing {

        private final Mono<Void> done;

        Subscribing(String uri) {
            done = inTurn(uri, subscribe(uri))
                    .doOnError(_ -> wanted.computeIfPresent(
                            uri,
                            (_, now) -> now.subscribing() == this
                                    ? new Wanted(now.listeners(), new Subscribing(uri))
                                    : now))
                    .cache();
        }
    }

    /**
     * What a listener hears, subscribed to its resources for as long as it listens; listening begins first, so that nothing is said to
     * nobody. Error: also the upstream's, where it could not subscribe.
     *
     * @param open empty when the upstream says what is heard
     * @param stands runs when it does, and is subscribed
     */
    Flux<Message> during(Interests interests, Flux<Message> heard, Mono<Void> open, Runnable stands) {
        var uris = interests.uris();
        Flux<Message> heeded = heard.filter(message -> Interest.in(interests, message));
        return Flux.usingWhen(
                Mono.fromSupplier(() -> uris.stream().map(this::join).toList()),
                joined -> Flux.merge(
                        1,
                        heeded,
                        begin(joined).then(open).doOnSuccess(_ -> stands.run()).thenMany(Flux.empty())),
                _ -> leave(uris),
                (_, _) -> leave(uris),
                _ -> leave(uris));
    }

    private Subscribing join(String uri) {
        return Objects.requireNonNull(wanted.compute(
                        uri,
                        (_, now) -> now == null
                                ? new Wanted(1, new Subscribing(uri))
                                : new Wanted(now.listeners() + 1, now.subscribing())))
                .subscribing();
    }

    private static Mono<Void> begin(List<Subscribing> joined) {
        return Flux.fromIterable(joined)
                .concatMap(subscribing -> subscribing.done)
                .then();
    }

    private Mono<Void> leave(Set<String> uris) {
        return Flux.fromIterable(uris)
                .filter(uri -> wanted.computeIfPresent(
                                uri,
                                (_, now) -> now.listeners() == 1
                                        ? null
                                        : new Wanted(now.listeners() - 1, now.subscribing()))
                        == null)
                .concatMap(uri -> inTurn(uri, unsubscribe(uri)).onErrorComplete())
                .then();
    }

    private Mono<Void> subscribe(String uri) {
        return ask("resources/subscribe", uri);
    }

    /** Unless somebody has come to listen meanwhile. */
    private Mono<Void> unsubscribe(String uri) {
        return Mono.defer(() -> wanted.containsKey(uri) ? Mono.empty() : ask("resources/unsubscribe", uri));
    }

    /** Asks when what was asked about the resource before is over: two requests may go over two connections, which have no order. */
    private Mono<Void> inTurn(String uri, Mono<Void> request) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> over = Sinks.empty();
            Mono<Void> turn = over.asMono();
            Mono<Void> before = turns.put(uri, turn);
            return (before == null ? request : before.then(request)).doFinally(_ -> {
                turns.remove(uri, turn);
                over.tryEmitEmpty().orThrow();
            });
        });
    }

    /** An upstream that knows no subscriptions tells of no updates, which is no reason not to listen. */
    private Mono<Void> ask(String method, String uri) {
        return ask.apply(new Message.Asked("0", method, "{\"uri\":" + Message.quote(uri) + "}"))
                .then()
                .onErrorComplete(Subscriptions::knowsNone);
    }

    private static boolean knowsNone(Throwable error) {
        return error instanceof Refusal refusal
                && refusal.reason() instanceof Reason.UpstreamFailed failed
                && failed.upstreamStatus() != null
                && failed.upstreamStatus() < 500
                && failed.upstreamStatus() != TOO_MANY;
    }
}
