package io.penstock.relay.leg;

import io.penstock.loop.Rounds;
import io.penstock.relay.line.BrokenOff;
import io.penstock.relay.line.Endpoint;
import io.penstock.relay.line.Heard;
import io.penstock.relay.line.Line;
import io.penstock.relay.line.OtherEra;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * HTTP+SSE of 2024-11-05: a GET stream names an endpoint for POSTs, and all that the upstream says arrives on the stream. The stream is
 * the session, so no other replica can share it: each has one of its own. {@link StreamReaders} says who hears what.
 */
final class StreamLeg implements Leg {

    private static final String GET = "GET";

    private final Line line;
    private final Rounds rounds;
    private final Ids ids = Ids.counted();
    private final Sinks.One<URI> endpoint = Sinks.one();
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private final StreamReaders readers = new StreamReaders(false);
    private final Subscriptions subscriptions = new Subscriptions(this::ask);
    private volatile @Nullable Greeting greeting;

    private StreamLeg(Line line, Rounds rounds) {
        this.line = line;
        this.rounds = rounds;
    }

    /** Never empty. Error: {@link OtherEra} where the upstream gives no stream of events at this address. */
    static Mono<StreamLeg> open(Line line, Party party, Rounds rounds) {
        return Mono.defer(() -> {
            var leg = new StreamLeg(line, rounds);
            Mono<StreamLeg> ended = rounds.detach("relay.stream", leg.stream())
                    .then(Mono.error(() -> line.faults().hungUp(GET)));
            return Mono.firstWithSignal(leg.greet(party), ended)
                    .doOnError(_ -> leg.hangUp())
                    .doOnCancel(leg::hangUp);
        });
    }

    /** Reads the stream to its end, or until the leg is closed. */
    private Mono<Void> stream() {
        return line.get(_ -> {}, null)
                .takeUntilOther(closing.asMono())
                .doOnNext(this::take)
                .onErrorMap(BrokenOff.class, BrokenOff::refusal)
                .doOnError(error -> readers.end(_ -> error, false))
                .doOnComplete(() -> readers.end(
                        exchange -> line.faults().hungUp(exchange.sent().method()), isLeft()))
                .then();
    }

    private void take(Heard heard) {
        switch (heard) {
            case Heard.Began began -> {
                if (!began.events()) {
                    throw new OtherEra(line.faults().broken(GET, "with no event stream: check url"));
                }
            }
            case Heard.Named named -> {
                if (named.event().equals("endpoint")) {
                    var _ = endpoint.tryEmitValue(Endpoint.resolve(line, named.data()));
                }
            }
            case Heard.Said said -> said(said.message());
            case Heard.Mark _, Heard.Taken _ -> {}
            case Heard.Refused refused -> throw verdict(refused.status());
        }
    }

    private RuntimeException verdict(int status) {
        var refusal = line.faults().status(status, GET);
        boolean unknown = status == 400 || status == 404 || status == 405 || status == 406;
        return unknown ? new OtherEra(refusal) : refusal;
    }

    private void said(Message message) {
        if (message instanceof Message.Asked asked && (Pings.isPing(asked) || !readers.isOpen())) {
            Message.Response response = Pings.isPing(asked) ? Pings.PONG : NOBODY;
            // The stream goes on whatever becomes of the POST.
            var _ = rounds.detach("relay.answer", answer(asked, response).onErrorComplete());
        } else {
            readers.deliver(message);
        }
    }

    private Mono<StreamLeg> greet(Party party) {
        var limit = line.limits().answer();
        var offer = Initialize.offer(ids.next(), party);
        return endpoint.asMono()
                .timeout(limit, Mono.error(() -> line.faults().timedOut(GET, limit)))
                .then(Mono.defer(() -> exchange(Exchange.own(offer)).last()))
                .map(response -> switch (response) {
                    case Message.Result result -> Initialize.greeting(result.result(), "sse", line.faults());
                    case Message.Failure failure -> throw line.faults().error(failure.code(), Initialize.METHOD);
                    case Message.Asked _, Message.Told _ -> throw line.faults().unanswered(Initialize.METHOD);
                })
                .doOnNext(said -> greeting = said)
                .then(Mono.defer(() -> tell(Initialize.CONFIRMED)))
                .then(Mono.defer(() -> Initialize.wantLogs(this, party)))
                .thenReturn(this);
    }

    @Override
    public Greeting greeting() {
        return Objects.requireNonNull(greeting);
    }

    @Override
    public Flux<Message> ask(Message.Asked request) {
        return Flux.defer(() -> {
            var exchange = Exchange.of(request, ids.next(), Params::withoutEnvelope);
            return Abandoned.tell(exchange(exchange), exchange, line, rounds, this::tell);
        });
    }

    /** Posts a request and reads what arrives on the stream for it. */
    private Flux<Message> exchange(Exchange exchange) {
        return Flux.defer(() -> {
            var inbox = readers.open(exchange);
            if (inbox == null) {
                return Flux.error(Lost.session());
            }
            return Flux.merge(1, inbox.read(), posted(exchange))
                    .takeUntil(Message.Response.class::isInstance)
                    .doFinally(_ -> readers.close(exchange));
        });
    }

    /**
     * Empty, or the error of the POST. The POST goes on to its end when the answer comes before that: a cancel would close its connection,
     * which may be another call's by then. It does not outlive the stream: nobody hears what it brings.
     */
    private Flux<Message> posted(Exchange exchange) {
        Mono<Void> post = hand(exchange.sent(), exchange.sent().method())
                .onErrorResume(error -> exchange.isBegun() && isLate(error) ? Mono.empty() : Mono.error(error));
        return rounds.detach("relay.post", post.takeUntilOther(closing.asMono()))
                .thenMany(Flux.empty());
    }

    /** Some leave a POST without an answer until all is done, or for ever. */
    private static boolean isLate(Throwable error) {
        return error instanceof Refusal refusal && refusal.reason() instanceof Reason.UpstreamTimedOut;
    }

    @Override
    public Mono<Void> answer(Message.Asked asked, Message.Response response) {
        return hand(response.to(asked.id()), "a response");
    }

    @Override
    public Mono<Void> tell(Message.Told notification) {
        var params = Params.of(notification.params()).withoutEnvelope();
        return hand(new Message.Told(notification.method(), params.json()), notification.method());
    }

    private Mono<Void> hand(Message message, String what) {
        return endpoint.asMono()
                .flatMap(uri -> line.hand(uri, _ -> {}, message))
                .flatMap(heard -> heard instanceof Heard.Refused refused
                        ? Mono.error(
                                readers.isOver() || (refused.isAboutSession() && greeting != null)
                                        ? Lost.session()
                                        : line.faults().status(refused.status(), what))
                        : Mono.empty());
    }

    @Override
    public Flux<Message> listen(Interests interests, Runnable stands) {
        return subscriptions.during(interests, readers.listen(), Mono.empty(), stands);
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(this::hangUp);
    }

    private boolean isLeft() {
        return Boolean.TRUE.equals(closing.scan(Scannable.Attr.TERMINATED));
    }

    private void hangUp() {
        var _ = closing.tryEmitEmpty();
    }
}
