package io.penstock.relay.bridge;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which notifications belong to a request, and how they read. */
final class Notices {

    static final String TOOLS_CHANGED = "notifications/tools/list_changed";
    static final String PROMPTS_CHANGED = "notifications/prompts/list_changed";
    static final String RESOURCES_CHANGED = "notifications/resources/list_changed";
    static final String UPDATED = "notifications/resources/updated";

    private static final String PROGRESS = "notifications/progress";
    private static final String CANCELLED = "notifications/cancelled";

    /** What concerns no request, so that it belongs on no request's stream (2026-07-28, Streamable HTTP; 2025-11-25, the same). */
    private static final Set<String> UNRELATED = Set.of(
            TOOLS_CHANGED, PROMPTS_CHANGED, RESOURCES_CHANGED, UPDATED, "notifications/subscriptions/acknowledged");

    private Notices() {}

    /**
     * The notification as the client of the request gets it; null where it is none of its business.
     *
     * @param progressToken the token that the client gave, as JSON text; null where it wants no progress
     */
    static Message.@Nullable Told shown(Message.Told told, @Nullable String progressToken, Logs logs) {
        if (UNRELATED.contains(told.method()) || !logs.take(told)) {
            return null;
        }
        if (!told.method().equals(PROGRESS) || TaskIds.areIn(told)) {
            return told;
        }
        return progressToken == null
                ? null
                : new Message.Told(PROGRESS, JsonParts.with(told.params(), "progressToken", progressToken));
    }

    static boolean isProgress(Message message) {
        return message instanceof Message.Told told && told.method().equals(PROGRESS);
    }

    /** The resource that an update is of; null for another notification. */
    static @Nullable String updated(Message.Told told) {
        return told.method().equals(UPDATED) ? JsonParts.string(JsonParts.member(told.params(), "uri")) : null;
    }

    /** Whether the upstream takes a question back. */
    static boolean takesBack(Message.Told told) {
        return told.method().equals(CANCELLED);
    }
}
