package io.penstock.relay.leg;

import io.penstock.wire.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Who hears what of the one stream of HTTP+SSE. Responses go to the exchange whose id they have, and progress to the one whose token it
 * has. A request of the upstream's goes to the exchange that is open for longest, or to a listener where none is. All else goes to the
 * listeners or, where nobody listens, to the exchange that was opened last; and so do requests on a stream beside the responses.
 */
final class StreamReaders {

    private record Open(Exchange exchange, Inbox inbox) {

        Stream<Delivery> delivery(Message message) {
            Message seen = exchange.seen(message);
            return seen == null ? Stream.empty() : Stream.of(new Delivery(inbox, seen));
        }
    }

    private record Delivery(Inbox inbox, Message message) {}

    private final SequencedMap<String, Open> exchanges = new LinkedHashMap<>();
    private final Deque<Inbox> listeners = new ArrayDeque<>();
    private final boolean beside;
    private boolean over;

    /**
     * @param beside whether the responses come elsewhere: then what is told may be lost, and an exchange that waits for its user's answer
     *     keeps no question from those that came later
     */
    StreamReaders(boolean beside) {
        this.beside = beside;
    }

    /** The messages of a new exchange; null where the stream has ended. */
    synchronized @Nullable Inbox open(Exchange exchange) {
        if (over) {
            return null;
        }
        var inbox = beside ? Inbox.ofAsides() : new Inbox();
        exchanges.put(exchange.id(), new Open(exchange, inbox));
        return inbox;
    }

    synchronized void close(Exchange exchange) {
        var _ = exchanges.remove(exchange.id());
    }

    /** What belongs to no exchange, until the stream ends. */
    Flux<Message> listen() {
        return Flux.defer(() -> {
            var inbox = new Inbox();
            if (!add(inbox)) {
                return Flux.error(Lost.session());
            }
            return inbox.read().doFinally(_ -> remove(inbox));
        });
    }

    private synchronized boolean add(Inbox inbox) {
        return !over && listeners.add(inbox);
    }

    private synchronized void remove(Inbox inbox) {
        listeners.remove(inbox);
    }

    /** Whether anybody reads. */
    synchronized boolean isOpen() {
        return !exchanges.isEmpty() || !listeners.isEmpty();
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Gives a message to whom it belongs; one that belongs to nobody is dropped. Only the stream's reader calls this. */
    void deliver(Message message) {
        deliveries(message).forEach(delivery -> delivery.inbox().offer(delivery.message()));
    }

    private synchronized List<Delivery> deliveries(Message message) {
        var open = exchanges.sequencedValues();
        var asked = beside ? open.reversed() : open;
        Stream<Delivery> listening = listeners.stream().map(inbox -> new Delivery(inbox, message));
        return switch (message) {
            case Message.Response response ->
                Stream.ofNullable(exchanges.get(response.id()))
                        .flatMap(one -> one.delivery(message))
                        .toList();
            case Message.Asked _ ->
                Stream.concat(asked.stream().flatMap(one -> one.delivery(message)), listening)
                        .limit(1)
                        .toList();
            case Message.Told told
            when Exchange.isProgress(told) ->
                open.stream().flatMap(one -> one.delivery(message)).toList();
            case Message.Told _ ->
                listeners.isEmpty()
                        ? open.stream()
                                .skip(Math.max(0, open.size() - 1))
                                .flatMap(one -> one.delivery(message))
                                .toList()
                        : listening.toList();
        };
    }

    /**
     * The stream has ended: exchanges fail, and listening ends. Only the stream's reader calls this.
     *
     * @param left whether it was this end that let go of it; else listeners are told that the session is lost, and may go on in another
     */
    void end(Function<Exchange, Throwable> why, boolean left) {
        for (var open : over()) {
            open.inbox().fail(why.apply(open.exchange()));
        }
        listening().forEach(left ? Inbox::end : inbox -> inbox.fail(Lost.session()));
    }

    private synchronized List<Inbox> listening() {
        return List.copyOf(listeners);
    }

    private synchronized List<Open> over() {
        over = true;
        return List.copyOf(exchanges.values());
    }
}
