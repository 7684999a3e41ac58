package io.penstock.relay.leg;

import io.penstock.wire.Message;
import io.penstock.wire.Message.Asked;
import io.penstock.wire.Message.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a stateless upstream wants to know, as requests that wait for their answers. */
final class Questions {

    private final Ids ids = Ids.unique();
    private final Map<String, Sinks.One<Response>> open = new ConcurrentHashMap<>();

    /**
     * Gives the questions and, when all are answered, what comes of it. An answer that is an error is the end of the exchange, since an
     * upstream of this revision takes none.
     */
    Flux<Message> ask(Input wanted, Function<Input, Flux<Message>> then) {
        return Flux.defer(() -> {
            var asked = new LinkedHashMap<String, Asked>();
            wanted.requests().forEach((key, request) -> {
                var question = new Asked(ids.next(), request.method(), request.params());
                open.put(question.id(), Sinks.one());
                asked.put(key, question);
            });
            return Flux.<Message>fromIterable(asked.values())
                    .concatWith(Flux.defer(() -> answers(asked))
                            .collectMap(Given::key, Given::response, LinkedHashMap::new)
                            .flatMapMany(given -> goOn(wanted, given, then)))
                    .doFinally(_ -> asked.values().forEach(question -> open.remove(question.id())));
        });
    }

    private record Given(String key, Response response) {}

    private Flux<Given> answers(Map<String, Asked> asked) {
        return Flux.fromIterable(asked.entrySet())
                .concatMap(entry -> waiting(entry.getValue()).map(response -> new Given(entry.getKey(), response)));
    }

    private Mono<Response> waiting(Asked question) {
        var sink = open.get(question.id());
        return sink == null ? Mono.empty() : sink.asMono();
    }

    private static Flux<Message> goOn(Input wanted, Map<String, Response> given, Function<Input, Flux<Message>> then) {
        var responses = new LinkedHashMap<String, String>();
        for (var entry : given.entrySet()) {
            switch (entry.getValue()) {
                case Message.Result result -> responses.put(entry.getKey(), result.result());
                case Message.Failure failure -> {
                    return Flux.just(failure);
                }
            }
        }
        return then.apply(wanted.answered(responses));
    }

    /** Takes an answer; one to a question that nobody has, or has any more, is dropped. */
    void answer(String id, Response response) {
        var waiting = open.get(id);
        if (waiting != null) {
            var _ = waiting.tryEmitValue(response);
        }
    }
}
