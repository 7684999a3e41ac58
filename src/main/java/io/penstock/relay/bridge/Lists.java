package io.penstock.relay.bridge;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The list results of a virtual server, made from what the catalog holds: in the order of names, with cursors of their own. */
final class Lists {

    private static final int PAGE = 500;

    /** Which upstreams' share may be out of date, because they do not answer at present. */
    static final String UNAVAILABLE = "io.penstock/unavailable";

    private Lists() {}

    /** The member of a list result that holds the list. */
    static String member(Feature.Kind kind) {
        return switch (kind) {
            case TOOL -> "tools";
            case RESOURCE -> "resources";
            case RESOURCE_TEMPLATE -> "resourceTemplates";
            case PROMPT -> "prompts";
        };
    }

    /**
     * One page.
     *
     * @param result as JSON text on one line
     * @param isRegular whether it is one of those that a client gets who begins at the beginning and follows the cursors
     */
    record Page(String result, boolean isRegular) {}

    /** @param after the name that the page before ended with; null for the first page */
    static Page page(Showing showing, Feature.Kind kind, @Nullable String after) {
        var all = new TreeMap<>(showing.features().getOrDefault(kind, Map.of()));
        var rest = after == null ? all : all.tailMap(after, false);
        int before = all.size() - rest.size();
        var page = rest.values().stream().limit(PAGE).toList();
        var members = new LinkedHashMap<String, String>();
        members.put(
                member(kind), page.stream().map(Showing.Shown::definition).collect(Collectors.joining(",", "[", "]")));
        if (before + page.size() < all.size()) {
            members.put("nextCursor", Message.quote(cursor(page.getLast().name())));
        }
        var unavailable = unavailable(showing);
        if (!unavailable.isEmpty()) {
            members.put("_meta", JsonParts.with(null, UNAVAILABLE, strings(unavailable)));
        }
        boolean isRegular = after == null || (before % PAGE == 0 && all.containsKey(after));
        return new Page(Message.object(members).replace('\n', ' ').replace('\r', ' '), isRegular);
    }

    /** Where the page begins that a request asks for; null at the beginning. Throws {@code BadParams} for a cursor that was not given here. */
    static @Nullable String after(@Nullable String params) {
        String cursor = JsonParts.member(params, "cursor");
        return cursor == null ? null : named(cursor);
    }

    private static List<String> unavailable(Showing showing) {
        return showing.gateways().stream()
                .filter(gateway ->
                        Boolean.FALSE.equals(gateway.status().condition().healthy()))
                .map(Gateway::slug)
                .toList();
    }

    private static String strings(List<String> texts) {
        return texts.stream().map(Message::quote).collect(Collectors.joining(",", "[", "]"));
    }

    private static String cursor(String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    private static String named(String cursor) {
        String text = JsonParts.string(cursor);
        try {
            if (text != null) {
                return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            }
        } catch (IllegalArgumentException e) {
            // falls through: it was not made here
        }
        throw new Refusal(new Reason.BadParams("cursor is none that this list gave; begin without one"));
    }
}
