package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.catalog.Gateway;
import io.penstock.relay.leg.Leg;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Reply;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The ids of one upstream's tasks as the clients of a virtual server know them: behind the upstream's slug and a dot, by which a later
 * request finds its way (2025-11-25, Tasks; 2026-07-28, the extension of that name). A client's own tasks keep their ids.
 *
 * @param prefix the slug and the dot
 */
record TaskIds(String prefix) {

    static final String EXTENSION_NAME = "io.modelcontextprotocol/tasks";

    /** What declares the extension, as a JSON object of capabilities. */
    static final String EXTENSION = "{\"extensions\":{\"" + EXTENSION_NAME + "\":{}}}";

    /** The state of a task, told to who listens for it (the extension). */
    static final String TOLD = "notifications/tasks";

    private static final String STATUS = "notifications/tasks/status";
    private static final String KEY = "taskId";

    /** What every message holds that names a task. */
    static final String MENTION = '"' + KEY + '"';

    private static final String[] RELATED = {"_meta", "io.modelcontextprotocol/related-task", KEY};

    static TaskIds of(Gateway gateway) {
        return new TaskIds(gateway.slug() + ".");
    }

    /** Null where the ids stay as they are. */
    static @Nullable TaskIds of(Route route) {
        return route instanceof Route.One one && one.amongMany() ? of(one.gateway()) : null;
    }

    /** The leg as that route needs it. */
    static Leg over(Leg leg, Route route) {
        var ids = of(route);
        return ids == null ? leg : new LegAmongMany(leg, ids);
    }

    /** Whether a message says which task it belongs to. */
    static boolean areIn(Message.Told told) {
        return JsonParts.member(JsonParts.member(told.params(), RELATED[0]), RELATED[1]) != null;
    }

    /** The id of the task that a call has become; null where its result says of none. */
    static @Nullable String made(String result) {
        String task = "task".equals(JsonParts.string(JsonParts.member(result, "resultType")))
                ? result
                : JsonParts.member(result, "task");
        return task == null ? null : JsonParts.string(JsonParts.member(task, KEY));
    }

    /** The id of a task that is listed; empty where it has none. */
    static String id(String task) {
        String id = JsonParts.string(JsonParts.member(task, KEY));
        return id == null ? "" : id;
    }

    /** Whether a task of that id is the upstream's. */
    boolean isMine(String id) {
        return id.startsWith(prefix);
    }

    /** The upstream's own id; the same where it is none of its tasks. */
    String original(String id) {
        return isMine(id) ? id.substring(prefix.length()) : id;
    }

    /** A reply that passed, as the client gets it. */
    Reply shown(String method, Reply reply) {
        return Rewritten.of(reply, MENTION, message -> shown(method, message));
    }

    /** What the upstream says in the course of that request, or of none, as the client gets it. */
    Message shown(String method, Message message) {
        return switch (message) {
            case Message.Result result -> new Message.Result(result.id(), result(method, result.result()));
            case Message.Failure failure -> failure;
            case Message.Asked asked -> asked.with(related(asked.params(), this::prefixed));
            case Message.Told told -> new Message.Told(told.method(), told(told));
        };
    }

    private @Nullable String told(Message.Told told) {
        boolean status = told.method().equals(TOLD) || told.method().equals(STATUS);
        String params = related(told.params(), this::prefixed);
        return status && params != null ? at(params, this::prefixed, KEY) : params;
    }

    private String result(String method, String result) {
        if (!mentions(result)) {
            return result;
        }
        String related = at(result, this::prefixed, RELATED);
        return switch (method) {
            case "tasks/get", "tasks/cancel", "tasks/update" -> at(related, this::prefixed, KEY);
            case "tasks/result" -> related;
            case "tasks/list" -> listed(related);
            default -> {
                boolean task = "task".equals(JsonParts.string(JsonParts.member(related, "resultType")));
                yield at(task ? at(related, this::prefixed, KEY) : related, this::prefixed, "task", KEY);
            }
        };
    }

    private String listed(String result) {
        String tasks = JsonParts.member(result, "tasks");
        return tasks == null || !tasks.startsWith("[")
                ? result
                : JsonParts.with(
                        result,
                        "tasks",
                        JsonParts.elements(tasks).stream()
                                .map(task -> at(task, this::prefixed, KEY))
                                .collect(Collectors.joining(",", "[", "]")));
    }

    /** A client's answer to a question of the upstream's, as the upstream gets it. */
    Message.Response original(Message.Response response) {
        return response instanceof Message.Result result && mentions(result.result())
                ? new Message.Result(result.id(), at(result.result(), this::original, RELATED))
                : response;
    }

    private static @Nullable String related(@Nullable String params, UnaryOperator<String> change) {
        return params == null || !mentions(params) ? params : at(params, change, RELATED);
    }

    private static boolean mentions(String json) {
        return json.contains(MENTION);
    }

    private String prefixed(String id) {
        return prefix + id;
    }

    /** The object with that string changed; the same where it has none there. */
    private static String at(String object, UnaryOperator<String> change, String... path) {
        String member = JsonParts.member(object, path[0]);
        if (member == null) {
            return object;
        }
        if (path.length > 1) {
            String changed = at(member, change, Arrays.copyOfRange(path, 1, path.length));
            return changed.equals(member) ? object : JsonParts.with(object, path[0], changed);
        }
        String text = JsonParts.string(member);
        return text == null ? object : JsonParts.with(object, path[0], Message.quote(change.apply(text)));
    }
}
