package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The resources that a session is subscribed to, each once however many listen. */
final class Subscriptions {

    private final ConcurrentMap<String, Integer> listeners = new ConcurrentHashMap<>();
    private final Function<Message.Asked, Flux<Message>> ask;

    /** @param ask sends a request to the upstream */
    Subscriptions(Function<Message.Asked, Flux<Message>> ask) {
        this.ask = ask;
    }

    /** What a listener hears, subscribed to its resources for as long as it listens. */
    Flux<Message> during(Interests interests, Flux<Message> heard) {
        var uris = interests.uris();
        Flux<Message> wanted = heard.filter(message -> Interest.in(interests, message));
        return uris.isEmpty()
                ? wanted
                : Flux.usingWhen(
                        Mono.just(uris),
                        begun -> begin(begun).thenMany(wanted),
                        this::end,
                        (left, _) -> end(left),
                        this::end);
    }

    private Mono<Void> begin(Set<String> uris) {
        return Flux.fromIterable(uris)
                .filter(uri -> listeners.merge(uri, 1, Integer::sum) == 1)
                .concatMap(uri -> ask("resources/subscribe", uri))
                .then();
    }

    private Mono<Void> end(Set<String> uris) {
        return Flux.fromIterable(uris)
                .filter(uri -> listeners.computeIfPresent(uri, (_, count) -> count == 1 ? null : count - 1) == null)
                .concatMap(uri -> ask("resources/unsubscribe", uri))
                .then();
    }

    /** An upstream that knows no subscriptions tells of no updates, which is no reason not to listen. */
    private Mono<Void> ask(String method, String uri) {
        return ask.apply(new Message.Asked("0", method, "{\"uri\":" + Message.quote(uri) + "}"))
                .then()
                .onErrorComplete(Refusal.class);
    }
}
