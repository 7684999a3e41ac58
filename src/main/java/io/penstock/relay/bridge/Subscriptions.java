package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.credential.Outbound;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.leg.Party;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import io.penstock.wire.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** {@code subscriptions/listen} (2026-07-28, Subscriptions) over upstreams of any era. */
@Component
final class Subscriptions {

    /** What the capabilities of servers call it. */
    private static final String CHANGES = "listChanged";

    private static final String UPDATES = "subscribe";

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
        var interests = supported(interests(filter), outbound.permit().route());
        if (!interests.tasks().isEmpty() && !declared.tasks()) {
            return undeclared(request.id());
        }
        var acknowledged = new Message.Told(
                "notifications/subscriptions/acknowledged", JsonParts.with(null, "notifications", filter(interests)));
        var party = declared.party(outbound.permit());
        var events = behind(
                        acknowledged,
                        stands -> heard(outbound, party, interests, stands).filter(told -> wanted(told, interests)))
                .map(told -> stamped(told, request.id()))
                .map(Message::json)
                .concatWith(
                        Mono.fromSupplier(() -> Subscription.end(request.id()).json()))
                .map(SseEvent::message)
                .onErrorResume(Refusal.class, refusal -> Flux.just(Failures.last(refusal, request.id())));
        return new Reply.Events(events, Disposables.disposed(), null);
    }

    /**
     * What is heard, behind the word that it stands, which is said when it does (2026-07-28, Subscriptions), has ended, or was given the time to.
     * What is heard before waits.
     */
    private static Flux<Message.Told> behind(
            Message.Told acknowledged, Function<Runnable, Flux<Message.Told>> listening) {
        return Flux.defer(() -> {
            Sinks.Empty<Void> standing = Sinks.empty();
            Runnable stands = () -> {
                var _ = standing.tryEmitEmpty(); // it may stand once more
            };
            Mono<Void> stood = standing.asMono().timeout(UnrelatedMessages.PATIENCE, Mono.<Void>fromRunnable(stands));
            var heard = listening.apply(stands).doOnTerminate(stands).delayUntil(_ -> stood);
            return Flux.mergeSequential(1, stood.thenReturn(acknowledged), heard);
        });
    }

    private Flux<Message.Told> heard(Outbound outbound, Party party, Interests interests, Runnable stands) {
        var told = unrelated.stateless(outbound, party, interests, stands);
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
                strings(JsonParts.member(filter, "resourceSubscriptions"), "resourceSubscriptions must be URIs"),
                strings(JsonParts.member(filter, "taskIds"), "taskIds must be strings"),
                false);
    }

    private static boolean is(String filter, String member) {
        return "true".equals(JsonParts.member(filter, member));
    }

    private static Set<String> strings(@Nullable String array, String rule) {
        if (array == null) {
            return Set.of();
        }
        var strings = new TreeSet<String>();
        for (String element : JsonParts.elements(array)) {
            String string = JsonParts.string(element);
            if (string == null) {
                throw new Refusal(new Reason.BadParams("params.notifications." + rule));
            }
            strings.add(string);
        }
        return strings;
    }

    /** Without what nothing here tells of, which is not acknowledged either (2026-07-28, Subscriptions). */
    private static Interests supported(Interests asked, Route route) {
        return switch (route) {
            case Route.One(var gateway, var _, var _, var _) ->
                new Interests(
                        asked.tools() && declares(gateway, "tools", CHANGES),
                        asked.prompts() && declares(gateway, "prompts", CHANGES),
                        asked.resources() && declares(gateway, "resources", CHANGES),
                        declares(gateway, "resources", UPDATES) ? asked.uris() : Set.of(),
                        asked.tasks(),
                        false);
            case Route.Many(var showing) -> // that its lists have changed is told here, whatever stands behind it
                new Interests(
                        asked.tools(),
                        asked.prompts(),
                        asked.resources(),
                        kept(asked.uris(), uri -> isUpdated(uri, showing)),
                        kept(asked.tasks(), task -> isTask(task, showing)),
                        false);
        };
    }

    private static Set<String> kept(Set<String> texts, Predicate<String> wanted) {
        return texts.stream().filter(wanted).collect(Collectors.toSet());
    }

    private static boolean isUpdated(String uri, Showing showing) {
        Gateway gateway = showing.reading(uri);
        return gateway != null && declares(gateway, "resources", UPDATES);
    }

    private static boolean isTask(String id, Showing showing) {
        return showing.gateways().stream()
                .anyMatch(gateway -> TaskIds.of(gateway).isMine(id));
    }

    /** Whether the upstream says that it tells of that, or is not known yet. */
    private static boolean declares(Gateway gateway, String feature, String what) {
        String said = gateway.status().condition().capabilities();
        return said == null || "true".equals(JsonParts.member(JsonParts.member(said, feature), what));
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
            members.put("resourceSubscriptions", array(interests.uris()));
        }
        if (!interests.tasks().isEmpty()) {
            members.put("taskIds", array(interests.tasks()));
        }
        return Message.object(members);
    }

    private static String array(Set<String> texts) {
        return texts.stream().sorted().map(Message::quote).collect(Collectors.joining(",", "[", "]"));
    }

    private static boolean wanted(Message.Told told, Interests interests) {
        return switch (told.method()) {
            case Notices.TOOLS_CHANGED -> interests.tools();
            case Notices.PROMPTS_CHANGED -> interests.prompts();
            case Notices.RESOURCES_CHANGED -> interests.resources();
            case Notices.UPDATED -> Subscription.covers(interests.uris(), Notices.updated(told));
            case TaskIds.TOLD -> {
                String task = JsonParts.string(JsonParts.member(told.params(), "taskId"));
                yield task != null && interests.tasks().contains(task);
            }
            case "notifications/subscriptions/acknowledged" -> true;
            default -> false;
        };
    }

    private static Message stamped(Message.Told told, String id) {
        String meta = JsonParts.with(JsonParts.member(told.params(), "_meta"), Subscription.ID, id);
        return new Message.Told(told.method(), JsonParts.with(told.params(), "_meta", meta));
    }

    /** Who asks for tasks has to say that it knows them (Tasks extension, "Task Status Notifications"). */
    static Reply undeclared(String id) {
        String error = "{\"code\":-32021,\"message\":\"Missing required client capability\","
                + "\"data\":{\"requiredCapabilities\":" + TaskIds.EXTENSION + "}}";
        return new Reply.Json(400, new Message.Failure(id, error).json().getBytes(StandardCharsets.UTF_8), null);
    }
}
