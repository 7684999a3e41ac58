package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.credential.Outbound;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.leg.Party;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code subscriptions/listen} (2026-07-28, Subscriptions) over upstreams of any era. */
@Component
final class Subscriptions {

    private static final String ID = "io.modelcontextprotocol/subscriptionId";

    private final UnrelatedMessages unrelated;
    private final Changed changed;

    Subscriptions(UnrelatedMessages unrelated, Changed changed) {
        this.unrelated = unrelated;
        this.changed = changed;
    }

    /** Throws {@code BadParams} where the request does not say what to listen for. */
    Reply open(Outbound outbound, Message.Asked request, Declared declared) {
        String filter = JsonParts.member(request.params(), "notifications");
        if (filter == null || !JsonParts.isObject(filter)) {
            throw new Refusal(new Reason.BadParams("params.notifications must say what to listen for"));
        }
        var interests = interests(filter);
        var acknowledged = new Message.Told(
                "notifications/subscriptions/acknowledged", JsonParts.with(null, "notifications", filter(interests)));
        var heard =
                heard(outbound, declared.party(outbound.permit()), interests).filter(told -> wanted(told, interests));
        var events = Flux.concat(Mono.just(acknowledged), heard)
                .map(told -> stamped(told, request.id()))
                .map(Message::json)
                .concatWith(Mono.fromSupplier(() -> end(request.id()).json()))
                .map(SseEvent::message)
                .onErrorResume(Refusal.class, refusal -> Flux.just(Failures.last(refusal, request.id())));
        return new Reply.Events(events, Disposables.disposed(), null);
    }

    private Flux<Message.Told> heard(Outbound outbound, Party party, Interests interests) {
        var told = unrelated
                .stateless(outbound, party, interests)
                .map(UnrelatedMessages.Heard::message)
                .ofType(Message.Told.class);
        return switch (outbound.permit().route()) {
            case Route.One _ -> told;
            case Route.Many _ -> Flux.merge(told, changed.lists(outbound.permit()));
        };
    }

    private static Interests interests(String filter) {
        return new Interests(
                is(filter, "toolsListChanged"),
                is(filter, "promptsListChanged"),
                is(filter, "resourcesListChanged"),
                uris(JsonParts.member(filter, "resourceSubscriptions")));
    }

    private static boolean is(String filter, String member) {
        return "true".equals(JsonParts.member(filter, member));
    }

    private static Set<String> uris(@Nullable String array) {
        if (array == null) {
            return Set.of();
        }
        var uris = new TreeSet<String>();
        for (String element : JsonParts.elements(array)) {
            String uri = JsonParts.string(element);
            if (uri == null) {
                throw new Refusal(new Reason.BadParams("params.notifications.resourceSubscriptions must be URIs"));
            }
            uris.add(uri);
        }
        return uris;
    }

    /** Only what was asked for is acknowledged, and only that is told. */
    private static String filter(Interests interests) {
        var members = new LinkedHashMap<String, String>();
        if (interests.tools()) {
            members.put("toolsListChanged", "true");
        }
        if (interests.prompts()) {
            members.put("promptsListChanged", "true");
        }
        if (interests.resources()) {
            members.put("resourcesListChanged", "true");
        }
        if (!interests.uris().isEmpty()) {
            members.put(
                    "resourceSubscriptions",
                    interests.uris().stream().sorted().map(Message::quote).collect(Collectors.joining(",", "[", "]")));
        }
        return Message.object(members);
    }

    private static boolean wanted(Message.Told told, Interests interests) {
        return switch (told.method()) {
            case Notices.TOOLS_CHANGED -> interests.tools();
            case Notices.PROMPTS_CHANGED -> interests.prompts();
            case Notices.RESOURCES_CHANGED -> interests.resources();
            case Notices.UPDATED -> {
                String uri = JsonParts.string(JsonParts.member(told.params(), "uri"));
                yield uri != null && interests.uris().contains(uri);
            }
            case "notifications/subscriptions/acknowledged" -> true;
            default -> false;
        };
    }

    private static Message stamped(Message.Told told, String id) {
        String meta = JsonParts.with(JsonParts.member(told.params(), "_meta"), ID, id);
        return new Message.Told(told.method(), JsonParts.with(told.params(), "_meta", meta));
    }

    /** The graceful end: a client that gets it knows that nothing was missed, and subscribes again. */
    private static Message end(String id) {
        return new Message.Result(id, "{\"resultType\":\"complete\",\"_meta\":" + JsonParts.with(null, ID, id) + "}");
    }
}
