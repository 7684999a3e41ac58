package io.penstock.relay.leg;

import io.penstock.relay.line.BrokenOff;
import io.penstock.relay.line.Codes;
import io.penstock.relay.line.Heard;
import io.penstock.relay.line.Line;
import io.penstock.relay.line.OtherEra;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Message.Response;
import io.penstock.wire.ProtocolVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** 2026-07-28: every POST stands for itself, and closing its stream is the cancellation. */
final class StatelessLeg implements Leg {

    private final Line line;
    private final Party party;
    private final Ids ids;
    private final Greeting greeting;
    private final Questions questions = new Questions();
    private final SharedSubscriptions subscriptions;
    private final ToolHeaders toolHeaders = new ToolHeaders(this::ask);

    StatelessLeg(Line line, Party party, Ids ids, Greeting greeting, SharedSubscriptions subscriptions) {
        this.line = line;
        this.party = party;
        this.ids = ids;
        this.greeting = greeting;
        this.subscriptions = subscriptions;
    }

    @Override
    public Greeting greeting() {
        return greeting;
    }

    @Override
    public Flux<Message> ask(Message.Asked request) {
        return Flux.defer(() -> {
            var call = new Call(request);
            return Abandoned.limit(call.round(null), line, request.method());
        });
    }

    /** The envelope that each request carries; the party's own capabilities, never more. */
    static Params envelope(Params params, Party party) {
        var enveloped = params.withMeta(Params.VERSION, Message.quote(ProtocolVersion.V2026_07_28.text()))
                .withMeta(Params.CLIENT_INFO, Introduction.clientInfo(party))
                .withMeta(Params.CAPABILITIES, party.capabilities());
        return party.logLevel() == null
                ? enveloped
                : enveloped.withMeta(Params.LOG_LEVEL, Message.quote(party.logLevel()));
    }

    /** One request of the reader's, which is sent as often as the upstream wants input. */
    private final class Call {

        private final Message.Asked request;
        private int rounds;
        private boolean relisted;

        Call(Message.Asked request) {
            this.request = request;
        }

        /** Sends it; {@code input} is what the upstream asked for the last time, null for the first. */
        Flux<Message> round(@Nullable Input input) {
            var exchange = Exchange.of(
                    request, ids.next(), params -> envelope(input == null ? params : input.into(params), party));
            return toolHeaders
                    .of(exchange.sent())
                    .flatMapMany(declared -> line.post(
                            line.uri(),
                            headers -> {
                                Mirror.of(headers, exchange.sent());
                                declared.forEach(headers::set);
                            },
                            exchange.sent()))
                    .concatMap(heard -> take(heard, exchange, input), 0)
                    .onErrorMap(BrokenOff.class, BrokenOff::refusal)
                    .concatWith(Flux.defer(() -> exchange.isAnswered()
                            ? Flux.empty()
                            : Flux.error(line.faults().unanswered(request.method()))));
        }

        private Flux<Message> take(Heard heard, Exchange exchange, @Nullable Input input) {
            return switch (heard) {
                case Heard.Began _, Heard.Named _, Heard.Mark _ -> Flux.empty();
                case Heard.Said said -> said(said.message(), exchange);
                case Heard.Taken _ -> Flux.error(line.faults().broken(request.method(), "without a response"));
                case Heard.Refused refused -> refused(refused, exchange, input);
            };
        }

        private Flux<Message> said(Message message, Exchange exchange) {
            Message seen = exchange.seen(message);
            return switch (seen) {
                case null -> Flux.empty();
                case Message.Result result -> result(result);
                case Message.Failure failure -> Flux.just(failure);
                case Message.Told told -> Flux.just(told);
                // This revision has no requests of a server's on a stream.
                case Message.Asked _ -> Flux.empty();
            };
        }

        private Flux<Message> result(Message.Result result) {
            Map<String, String> members = JsonParts.members(result.result());
            String type = members.containsKey("resultType") ? JsonParts.string(members.get("resultType")) : "complete";
            return switch (type) {
                case "complete", "task" ->
                    Flux.just(request.method().equals(ToolHeaders.LIST) ? ToolHeaders.callable(result) : result);
                case "input_required" -> input(Input.of(members));
                case null, default ->
                    Flux.error(line.faults().broken(request.method(), "with a result of a type that nobody knows"));
            };
        }

        private Flux<Message> input(@Nullable Input wanted) {
            if (wanted == null) {
                return Flux.error(line.faults().broken(request.method(), "with a wish for input that is no valid one"));
            }
            if (++rounds > Input.ROUNDS) {
                return Flux.error(line.faults()
                        .broken(request.method(), "by asking for input more than " + Input.ROUNDS + " times"));
            }
            return questions.ask(wanted, this::round);
        }

        private Flux<Message> refused(Heard.Refused refused, Exchange exchange, @Nullable Input input) {
            var failure = refused.failure();
            int status = refused.status();
            if (failure != null && failure.code() == Codes.HEADER_MISMATCH && !relisted) {
                relisted = true;
                toolHeaders.forget();
                exchange.settle();
                return round(input);
            }
            if (failure != null && failure.code() == Codes.UNSUPPORTED_VERSION) {
                return Flux.error(new OtherEra(line.faults().error(failure.code(), request.method())));
            }
            if (failure != null && (status == 400 || status == 404)) {
                return Mono.justOrEmpty(exchange.seen(failure.to(exchange.id())))
                        .flux();
            }
            var told = line.faults().status(status, request.method());
            boolean unknown = status == 400 || status == 404 || status == 405;
            return Flux.error(unknown ? new OtherEra(told) : told);
        }
    }

    @Override
    public Mono<Void> answer(Message.Asked asked, Response response) {
        return Mono.fromRunnable(() -> questions.answer(asked.id(), response));
    }

    /** Notifications of clients are no part of this revision. */
    @Override
    public Mono<Void> tell(Message.Told notification) {
        return Mono.empty();
    }

    @Override
    public Flux<Message> listen(Interests interests, Runnable stands) {
        return subscriptions.listen(line, party, ids, interests, stands);
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
