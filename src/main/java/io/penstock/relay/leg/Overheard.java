package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * What an upstream says on the GET stream of a session in the course of exchanges. Many ask and tell there what belongs to a call, since
 * their makers did not say to which (2025-11-25, Streamable HTTP, allows it), and drop it where nobody listens. The stream is open while such
 * exchanges are; {@link StreamReaders} says which of them hears what.
 */
final class Overheard {

    private static final Interests NO_CHANGES = new Interests(false, false, false, Set.of());

    private static final Comparator<Message> RESPONSE_LAST = Comparator.comparing(Message.Response.class::isInstance);

    private final StreamReaders readers = new StreamReaders(true);
    private final SessionStream stream;

    /** The stream, of which nothing is seen here: what is on it goes to the readers. */
    private final Flux<Message> delivered;

    /** @param messages those of the stream */
    Overheard(SessionStream stream, Flux<Message> messages) {
        this.stream = stream;
        this.delivered = messages.filter(message -> Interest.in(NO_CHANGES, message))
                .doOnNext(readers::deliver)
                .ignoreElements()
                .onErrorComplete(Refusal.class) // of a stream that cannot be had; the exchange may do without
                .flux()
                .share();
    }

    /** The messages of an exchange, which begins when the stream is open, and those of the stream that are for it. */
    Flux<Message> during(Exchange exchange, Flux<Message> answers) {
        return Flux.defer(() -> {
            if (!stream.isOffered()) {
                return answers;
            }
            var inbox = Objects.requireNonNull(readers.open(exchange));
            Sinks.Empty<Void> over = Sinks.empty();
            var open = stream.openSoon();
            var answered = open.thenMany(answers)
                    .doOnNext(message -> {
                        if (message instanceof Message.Response) {
                            readers.close(exchange);
                            inbox.end();
                            var _ = over.tryEmitEmpty();
                        }
                    })
                    .onErrorComplete(_ -> exchange.isAnswered()); // or it would overtake the response
            return Flux.mergePriority(1, RESPONSE_LAST, inbox.read(), delivered.takeUntilOther(over.asMono()), answered)
                    .doFinally(_ -> readers.close(exchange));
        });
    }
}
