package io.penstock.relay.bridge;

import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.catalog.Gateway;
import io.penstock.loop.Rounds;
import io.penstock.relay.bridge.TaskOwners.Task;
import io.penstock.wire.Envelope;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Lets nobody know of a task but who had it made (2025-11-25, Tasks, "Task Isolation and Access Control"; the extension of that name). The
 * upstream cannot: it may know all users of a gateway by one credential.
 */
@Component
final class OwnTasks {

    private static final Duration CLEANUP = Duration.ofHours(1);

    /** Who wants a task says so, in each revision with this word; who does not is given none (both specifications). */
    private static final String WANTED = "task";

    private final TaskOwners owners;

    OwnTasks(TaskOwners owners, Rounds rounds) {
        this.owners = owners;
        rounds.repeat("relay.tasks.forget", CLEANUP, Mono.defer(owners::forgetExpired));
    }

    /**
     * The reply to a call, with what it says of its caller's tasks alone.
     *
     * @param carried carries the call out
     * @return never empty. Error: {@code BadParams} where it names another's task; the database's where that cannot be known
     */
    Mono<Reply> of(Permit permit, Mono<Reply> carried) {
        var arrival = permit.arrival();
        Envelope message = arrival.envelope();
        if (message == null || message.method() == null) {
            // who comes back for the events of a call may not have had its result yet, whatever it asked
            return arrival.request().header(HeaderNames.LAST_EVENT) == null
                    ? carried
                    : carried.flatMap(reply -> noted(permit, reply)).flatMap(reply -> listed(permit, reply));
        }
        return switch (message.method()) {
            case "tasks/get", "tasks/update", "tasks/result", "tasks/cancel" ->
                demanded(permit, named(message)).then(carried);
            case "subscriptions/listen" ->
                demanded(permit, listened(arrival.body())).then(carried);
            case TaskLists.METHOD -> carried.flatMap(reply -> listed(permit, reply));
            default ->
                Rewritten.holds(arrival.body(), WANTED) ? carried.flatMap(reply -> noted(permit, reply)) : carried;
        };
    }

    private static Set<String> named(Envelope message) {
        if (message.name() == null) {
            throw new Refusal(new Reason.BadParams("params.taskId is missing"));
        }
        return Set.of(message.name());
    }

    /** Empty where all are the caller's. */
    private Mono<Void> demanded(Permit permit, Set<String> ids) {
        if (ids.isEmpty()) {
            return Mono.empty();
        }
        Map<String, Task> tasks = tasks(permit.route(), ids);
        return owners.of(new HashSet<>(tasks.values()), permit.caller().user()).flatMap(owned -> {
            for (String id : ids) {
                if (!owned.contains(tasks.get(id))) {
                    return Mono.error(new Refusal(new Reason.BadParams("Unknown task: " + id)));
                }
            }
            return Mono.empty();
        });
    }

    /** Read whatever the bytes look like: a key may be written with escapes. */
    private static Set<String> listened(byte[] body) {
        String params = JsonParts.member(new String(body, StandardCharsets.UTF_8), "params");
        String ids = JsonParts.unambiguous(JsonParts.unambiguous(params, "notifications"), "taskIds");
        if (ids == null || ids.equals("null")) {
            return Set.of();
        }
        if (!ids.startsWith("[")) {
            throw new Refusal(new Reason.BadParams("params.notifications.taskIds must be strings"));
        }
        return JsonParts.elements(ids).stream()
                .map(JsonParts::string)
                .map(String::valueOf)
                .collect(Collectors.toSet());
    }

    private Mono<Reply> noted(Permit permit, Reply reply) {
        return Rewritten.later(
                reply, TaskIds.MENTION, message -> noted(permit, message).thenReturn(message));
    }

    private Mono<Void> noted(Permit permit, Message message) {
        String id = message instanceof Message.Result result ? TaskIds.made(result.result()) : null;
        Task task = id == null ? null : tasks(permit.route(), Set.of(id)).get(id);
        return task == null ? Mono.empty() : owners.note(task, permit.caller().user());
    }

    private Mono<Reply> listed(Permit permit, Reply reply) {
        return Rewritten.later(
                reply,
                TaskIds.MENTION,
                message -> message instanceof Message.Result result
                        ? listed(permit, result.result()).map(list -> new Message.Result(result.id(), list))
                        : Mono.just(message));
    }

    private Mono<String> listed(Permit permit, String result) {
        String list = JsonParts.member(result, "tasks");
        if (list == null || !list.startsWith("[")) {
            return Mono.just(result);
        }
        var elements = JsonParts.elements(list);
        Map<String, Task> tasks =
                tasks(permit.route(), elements.stream().map(TaskIds::id).collect(Collectors.toSet()));
        return owners.of(new HashSet<>(tasks.values()), permit.caller().user())
                .map(owned -> JsonParts.with(
                        result,
                        "tasks",
                        elements.stream()
                                .filter(element -> owned.contains(tasks.get(TaskIds.id(element))))
                                .collect(Collectors.joining(",", "[", "]"))));
    }

    /** The tasks by the ids that they have here; those that no upstream here can have are left out. */
    private static Map<String, Task> tasks(Route route, Set<String> ids) {
        var tasks = new HashMap<String, Task>();
        for (String id : ids) {
            Task task = task(route, id);
            if (task != null) {
                tasks.put(id, task);
            }
        }
        return tasks;
    }

    private static @Nullable Task task(Route route, String id) {
        return switch (route) {
            case Route.One one when one.amongMany() -> amongMany(one.gateway(), id);
            case Route.One one -> new Task(one.gateway().id(), id);
            case Route.Many many ->
                many.showing().gateways().stream()
                        .filter(gateway -> TaskIds.of(gateway).isMine(id))
                        .map(gateway -> amongMany(gateway, id))
                        .findFirst()
                        .orElse(null);
        };
    }

    private static Task amongMany(Gateway gateway, String id) {
        return new Task(gateway.id(), TaskIds.of(gateway).original(id));
    }
}
