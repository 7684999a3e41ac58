package io.penstock.relay.bridge;

import io.penstock.relay.leg.Leg;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A leg whose upstream says what a test tells it to say. */
final class ScriptedLeg implements Leg {

    final List<Message.Asked> requests = new ArrayList<>();
    final List<Message.Response> answers = new ArrayList<>();
    final List<Interests> listened = new ArrayList<>();
    final List<Message.Told> told = new ArrayList<>();
    private final Greeting greeting;
    private Sinks.Many<Message> exchange = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.Many<Message> unrelated = Sinks.many().multicast().onBackpressureBuffer(16, false);
    private boolean cancelled;

    /** What becomes of the next answer. */
    Mono<Void> answered = Mono.empty();

    /** When what a listener wants is taken. */
    Mono<Void> taken = Mono.empty();

    ScriptedLeg(ProtocolVersion version) {
        this(version, version.era() == Era.HTTP_SSE ? "sse" : "streamable_http");
    }

    ScriptedLeg(ProtocolVersion version, String transport) {
        this.greeting = new Greeting(
                version,
                transport,
                "{\"tools\":{},\"resources\":{\"subscribe\":true}}",
                "{\"name\":\"scripted\",\"version\":\"1\"}",
                "be brief");
    }

    void says(String json) {
        exchange.tryEmitNext(Message.read(json)).orThrow();
    }

    /** The last message of the exchange under way. */
    void ends(String json) {
        says(json);
        var _ = exchange.tryEmitComplete(); // nobody need wait for the end after the response
    }

    /** Breaks off the exchange under way. */
    void breaksOff() {
        fails(new Refusal(
                new Refusal.Reason.UpstreamFailed("broke off", null, Refusal.Reason.UpstreamFailed.How.BROKE_OFF)));
    }

    void fails(Throwable error) {
        var _ = exchange.tryEmitError(error); // one that was cancelled is over
    }

    void saysUnrelated(String json) {
        unrelated.tryEmitNext(Message.read(json)).orThrow();
    }

    /** Ends what belongs to no request, for good. */
    void endsUnrelated() {
        unrelated.tryEmitComplete().orThrow();
    }

    boolean cancelled() {
        return cancelled;
    }

    @Override
    public Greeting greeting() {
        return greeting;
    }

    @Override
    public Flux<Message> ask(Message.Asked request) {
        return Flux.defer(() -> {
            requests.add(request);
            if (request.method().equals("logging/setLevel")) {
                return Flux.just(new Message.Result(request.id(), "{}"));
            }
            exchange = Sinks.many().unicast().onBackpressureBuffer();
            return exchange.asFlux().doOnCancel(() -> cancelled = true);
        });
    }

    @Override
    public Flux<Message> askListening(Message.Asked request) {
        return ask(request).mergeWith(unrelated.asFlux()).takeUntil(Message.Response.class::isInstance);
    }

    @Override
    public Mono<Void> answer(Message.Asked asked, Message.Response response) {
        return Mono.defer(() -> answered).then(Mono.fromRunnable(() -> answers.add(response)));
    }

    @Override
    public Mono<Void> tell(Message.Told notification) {
        return Mono.fromRunnable(() -> told.add(notification));
    }

    @Override
    public Flux<Message> listen(Interests interests, Runnable stands) {
        return Flux.defer(() -> {
            listened.add(interests);
            return taken.doOnSuccess(_ -> stands.run()).thenMany(unrelated.asFlux());
        });
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
