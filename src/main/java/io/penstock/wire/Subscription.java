package io.penstock.wire;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a subscription brings, and what marks all that a {@code subscriptions/listen} request does (2026-07-28, Subscriptions). */
public final class Subscription {

    /** The member of {@code _meta} with the id of that request. */
    public static final String ID = "io.modelcontextprotocol/subscriptionId";

    private Subscription() {}

    /**
     * Whether an update is of what was subscribed to: a server that is asked for a resource may tell of a sub-resource of it (2025-11-25,
     * Schema, {@code ResourceUpdatedNotificationParams}; 2026-07-28, the same).
     *
     * @param uris those that were subscribed to
     * @param updated the URI that the update names; null where it names none
     */
    public static boolean covers(Set<String> uris, @Nullable String updated) {
        return updated != null && (uris.contains(updated) || uris.stream().anyMatch(uri -> isWithin(uri, updated)));
    }

    private static boolean isWithin(String uri, String updated) {
        return !uri.isEmpty()
                && updated.length() > uri.length()
                && updated.startsWith(uri)
                && (isBoundary(uri.charAt(uri.length() - 1)) || isBoundary(updated.charAt(uri.length())));
    }

    private static boolean isBoundary(char c) {
        return c == '/' || c == '?' || c == '#';
    }

    /** The graceful end: a client that gets it knows that nothing was missed, and subscribes again. */
    public static Message end(String id) {
        return new Message.Result(id, "{\"resultType\":\"complete\",\"_meta\":" + JsonParts.with(null, ID, id) + "}");
    }
}
