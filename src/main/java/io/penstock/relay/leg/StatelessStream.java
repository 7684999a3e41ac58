package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.line.BrokenOff;
import io.penstock.relay.line.Codes;
import io.penstock.relay.line.Heard;
import io.penstock.relay.line.Line;
import io.penstock.wire.Message;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a stateless upstream tells of changes: one long request (2026-07-28, Subscriptions). */
final class StatelessStream {

    private static final String METHOD = "subscriptions/listen";

    private final Line line;
    private final Party party;

    StatelessStream(Line line, Party party) {
        this.line = line;
        this.party = party;
    }

    /**
     * The notifications alone; empty where nothing is wanted or the upstream offers none. Ends where the upstream ends it.
     *
     * @param stands runs when the upstream acknowledges it
     */
    Flux<Message> messages(Ids ids, Interests interests, Runnable stands) {
        String filter = filter(interests);
        if (filter == null) {
            return Flux.empty();
        }
        var params = StatelessLeg.envelope(Params.of(null).with("notifications", filter), party);
        return Flux.defer(() -> {
            var asked = new Message.Asked(ids.next(), METHOD, params.json());
            return line.hold(headers -> Mirror.of(headers, asked), asked)
                    .concatMap(heard -> take(heard, stands), 0)
                    .filter(message -> Interest.in(interests, message))
                    .onErrorMap(BrokenOff.class, BrokenOff::refusal);
        });
    }

    private static @Nullable String filter(Interests interests) {
        var wanted = new LinkedHashMap<String, String>();
        if (interests.tools()) {
            wanted.put("toolsListChanged", "true");
        }
        if (interests.prompts()) {
            wanted.put("promptsListChanged", "true");
        }
        if (interests.resources()) {
            wanted.put("resourcesListChanged", "true");
        }
        if (!interests.uris().isEmpty()) {
            wanted.put("resourceSubscriptions", strings(interests.uris()));
        }
        if (!interests.tasks().isEmpty()) {
            wanted.put("taskIds", strings(interests.tasks()));
        }
        return wanted.isEmpty() ? null : Message.object(wanted);
    }

    private static String strings(Set<String> texts) {
        return texts.stream().sorted().map(Message::quote).collect(Collectors.joining(",", "[", "]"));
    }

    private Flux<Message> take(Heard heard, Runnable stands) {
        return switch (heard) {
            case Heard.Began _, Heard.Named _, Heard.Mark _, Heard.Taken _ -> Flux.empty();
            case Heard.Said said -> said(said.message(), stands);
            case Heard.Refused refused ->
                refused.failure() != null && refused.failure().code() == Codes.METHOD_NOT_FOUND
                        ? Flux.empty()
                        : Flux.error(line.faults().status(refused.status(), METHOD));
        };
    }

    private Flux<Message> said(Message message, Runnable stands) {
        return switch (message) {
            case Message.Told told
            when told.method().equals("notifications/subscriptions/acknowledged") -> {
                stands.run();
                yield Flux.empty();
            }
            case Message.Told told ->
                Flux.just(new Message.Told(
                        told.method(),
                        Params.of(told.params()).withoutEnvelope().json()));
            case Message.Failure failure
            when failure.code() != Codes.METHOD_NOT_FOUND ->
                Mono.<Message>error(line.faults().error(failure.code(), METHOD)).flux();
            // The result says no more than that it is over, and requests are no part of this revision.
            case Message.Response _, Message.Asked _ -> Flux.empty();
        };
    }
}
