package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The resources that a session is subscribed to, each once however many listen. */
final class Subscriptions {

    private static final int TOO_MANY = 429;

    private final ConcurrentMap<String, Integer> listeners = new ConcurrentHashMap<>();
    private final Function<Message.Asked, Flux<Message>> ask;

    /** @param ask sends a request to the upstream */
    Subscriptions(Function<Message.Asked, Flux<Message>> ask) {
        this.ask = ask;
    }

    /**
     * What a listener hears, subscribed to its resources for as long as it listens; listening begins first, so that nothing is said to
     * nobody. Error: also the upstream's, where it could not subscribe.
     */
    Flux<Message> during(Interests interests, Flux<Message> heard) {
        var uris = interests.uris();
        Flux<Message> wanted = heard.filter(message -> Interest.in(interests, message));
        return uris.isEmpty()
                ? wanted
                : Flux.usingWhen(
                        Mono.fromSupplier(() -> counted(uris)),
                        first -> Flux.merge(1, wanted, begin(first).thenMany(Flux.empty())),
                        _ -> end(uris),
                        (_, _) -> end(uris),
                        _ -> end(uris));
    }

    /** Those that nobody listened for until now. */
    private Set<String> counted(Set<String> uris) {
        return uris.stream()
                .filter(uri -> listeners.merge(uri, 1, Integer::sum) == 1)
                .collect(Collectors.toSet());
    }

    private Mono<Void> begin(Set<String> first) {
        return Flux.fromIterable(first)
                .concatMap(uri -> ask("resources/subscribe", uri))
                .then();
    }

    private Mono<Void> end(Set<String> uris) {
        return Flux.fromIterable(uris)
                .filter(uri -> listeners.computeIfPresent(uri, (_, count) -> count == 1 ? null : count - 1) == null)
                .concatMap(uri -> ask("resources/unsubscribe", uri).onErrorComplete())
                .then();
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
