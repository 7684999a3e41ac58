package io.penstock.health;

import io.penstock.catalog.Feature.Kind;
import io.penstock.catalog.Features.Discovered;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an upstream lists of one kind, collected page by page within limits. Definitions are kept as the text that they came in; nothing in
 * them is followed or evaluated. What is left out is noted.
 */
final class Listing {

    static final int MOST = 1_000;
    static final int MOST_PAGES = 50;
    static final int LARGEST = 256 * 1024;

    /** Of all definitions of one kind together, in characters. */
    static final int LARGEST_TOTAL = 8 << 20;

    private static final int LONGEST_CURSOR = 16 * 1024;
    private static final int MOST_NOTES = 20;

    private final Offer offer;
    private final Map<String, String> definitions = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final Set<String> cursors = new HashSet<>();
    private int pages;
    private long size;

    Listing(Offer offer) {
        this.offer = offer;
    }

    Kind kind() {
        return offer.kind();
    }

    List<Discovered> discovered() {
        return definitions.entrySet().stream()
                .map(entry -> new Discovered(entry.getKey(), entry.getValue()))
                .toList();
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * Takes the next page.
     *
     * @return the cursor of the one after it, as JSON text; null where that is all, or all that is taken
     */
    @Nullable
    String add(String result) {
        pages++;
        var members = JsonParts.members(result);
        String array = members.get(offer.member());
        if (array == null || !array.startsWith("[")) {
            throw new Refusal(new Reason.UpstreamFailed(
                    "upstream answered " + offer.method() + " without " + offer.member(), null));
        }
        for (String element : JsonParts.elements(array)) {
            if (definitions.size() >= MOST || size + element.length() > LARGEST_TOTAL) {
                note("there are more than are taken: what comes after the first " + definitions.size()
                        + " was left out");
                return null;
            }
            take(element);
        }
        return next(members.get("nextCursor"));
    }

    private @Nullable String next(@Nullable String cursor) {
        if (cursor == null || !cursor.startsWith("\"")) {
            return null;
        }
        if (pages >= MOST_PAGES) {
            note("there are more than " + MOST_PAGES + " pages: the rest was left out");
            return null;
        }
        if (cursor.length() > LONGEST_CURSOR || !cursors.add(cursor)) {
            note("the cursor does not move: pages after it were left out");
            return null;
        }
        return cursor;
    }

    private void take(String definition) {
        var members = JsonParts.isObject(definition) ? JsonParts.members(definition) : Map.<String, String>of();
        String name = JsonParts.string(members.get(offer.key()));
        if (name == null || !isName(name)) {
            note("one without a usable " + offer.key() + " was left out");
        } else if (definition.getBytes(StandardCharsets.UTF_8).length > LARGEST) {
            note(name + " is larger than " + LARGEST + " bytes and was left out");
        } else if (kind() == Kind.TOOL && !JsonParts.isObject(members.get("inputSchema"))) {
            note(name + " has no inputSchema and was left out");
        } else if (definitions.putIfAbsent(name, definition) != null) {
            note(name + " is listed twice: the second was left out");
        } else {
            size += definition.length();
        }
    }

    /** Whether it can be stored, shown and sent again as it is. */
    private boolean isName(String name) {
        return !name.isBlank()
                && name.length() <= offer.longest()
                && name.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(name);
    }

    private void note(String what) {
        if (notes.size() < MOST_NOTES) {
            notes.add(offer.method() + ": " + what);
        }
    }
}
