package io.penstock.api.input;

import io.penstock.audit.Trail.Entry;
import io.penstock.caller.Identity;
import io.penstock.catalog.Cursor;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Visibility;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;

/** The query parameters of a request; every bad or unknown one is named in one refusal. */
public final class Parameters {

    private static final int DEFAULT_LIMIT = 100;
    private static final int LARGEST_LIMIT = 1000;
    private static final int LONGEST = 255;
    private static final int MOST_IDS = 50;

    /** Whose records are of no user: of those who named none, and of the settings. */
    private static final Set<String> NOT_USERS = Set.of(Identity.ANONYMOUS, Entry.SETTING);

    private final MultiValueMap<String, String> given;
    private final Objections objections = new Objections();
    private final Set<String> known = new HashSet<>();

    public Parameters(ServerHttpRequest request) {
        this.given = request.getQueryParams();
    }

    @Nullable
    public String text(String name) {
        known.add(name);
        var values = given.get(name);
        if (values == null) {
            return null;
        }
        var value = values.getFirst();
        if (values.size() > 1) {
            objections.add(name, "is given " + values.size() + " times; give it once");
        } else if (value == null || value.isEmpty() || value.length() > LONGEST || value.indexOf('\0') >= 0) {
            objections.add(name, "must have 1 to " + LONGEST + " characters");
        }
        return objections.has(name) ? null : value;
    }

    /** A text without which the request means nothing; empty where it is refused. */
    public String demandedText(String name, String hint) {
        var value = text(name);
        if (value == null && !objections.has(name)) {
            objections.add(name, "is missing: " + hint);
        }
        return value == null ? "" : value;
    }

    @Nullable
    Boolean flag(String name) {
        var value = text(name);
        if (value != null && !value.equals("true") && !value.equals("false")) {
            objections.add(name, "must be true or false");
            return null;
        }
        return value == null ? null : Boolean.valueOf(value);
    }

    /** A flag without which the request means nothing. */
    public boolean demandedFlag(String name) {
        var value = flag(name);
        if (value == null && !objections.has(name)) {
            objections.add(name, "is missing: give true or false");
        }
        return Boolean.TRUE.equals(value);
    }

    public <E extends Enum<E>> @Nullable E oneOf(String name, Class<E> type) {
        var value = text(name);
        if (value == null) {
            return null;
        }
        for (var constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value)) {
                return constant;
            }
        }
        objections.add(name, "must be one of " + names(type));
        return null;
    }

    /** A time from 1970 to 9999; null where it is not given. */
    @Nullable
    public Instant time(String name) {
        var value = text(name);
        var time = value == null ? null : Times.read(value);
        if (value != null && time == null) {
            objections.add(name, Times.WANTED);
        }
        return time;
    }

    public int limit() {
        var value = text("limit");
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        var number = value.matches("[0-9]{1,4}") ? Integer.parseInt(value) : 0;
        if (number < 1 || number > LARGEST_LIMIT) {
            objections.add("limit", "must be a number from 1 to " + LARGEST_LIMIT);
        }
        return number;
    }

    @Nullable
    public Cursor cursor() {
        var value = text("cursor");
        if (value == null) {
            return null;
        }
        var cursor = Page.cursor(value);
        if (cursor == null) {
            objections.add("cursor", "is not one that this list gave; start again without it");
        }
        return cursor;
    }

    /** A user's name in its one form; null where it is not given. */
    @Nullable
    public String user(String name) {
        return user(name, text(name));
    }

    /** Who something on record is of: a user's name in its one form, or one that no user has by its letters; null where it is not given. */
    @Nullable
    public String actor(String name) {
        var value = text(name);
        return value == null || NOT_USERS.contains(value) ? value : user(name, value);
    }

    private @Nullable String user(String name, @Nullable String value) {
        var user = value == null ? null : Identity.canonical(value);
        if (value != null && user == null) {
            objections.add(name, Fields.NO_USER);
        }
        return user;
    }

    /** An id; null where it is not given. */
    @Nullable
    public UUID id(String name) {
        var value = text(name);
        var id = value == null ? null : Ids.find(value);
        if (value != null && id == null) {
            objections.add(name, "must be a UUID");
        }
        return id;
    }

    /** Ids, of which each is given by itself; null where none is. */
    private @Nullable Set<UUID> ids() {
        known.add("id");
        var values = given.get("id");
        if (values == null) {
            return null;
        }
        var ids = values.stream()
                .map(value -> value == null ? null : Ids.find(value))
                .collect(Collectors.toSet());
        if (ids.contains(null) || ids.size() > MOST_IDS) {
            objections.add("id", "must be a UUID, given up to " + MOST_IDS + " times");
        }
        return objections.has("id") ? null : ids;
    }

    /** The filters of the list of gateways. */
    public Filter gatewayFilter() {
        return filter(null, text("name"), flag("healthy"));
    }

    /** The filters of the list of virtual servers. */
    public Filter serverFilter() {
        return filter(null, text("name"), null);
    }

    /** The filters of lists of what gateways offer. */
    public Filter featureFilter() {
        return filter(id("gateway_id"), text("federation_source"), null);
    }

    private Filter filter(@Nullable UUID gateway, @Nullable String source, @Nullable Boolean healthy) {
        return new Filter(
                gateway,
                source,
                text("team_id"),
                oneOf("visibility", Visibility.class),
                text("tag"),
                text("q"),
                flag("enabled"),
                ids(),
                healthy);
    }

    /** Ends the reading: refuses what was bad, and what nobody asked for. */
    public void close() {
        for (var name : given.keySet()) {
            if (!known.contains(name)) {
                objections.add(
                        name,
                        "is unknown here; known: "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
        objections.raise();
    }

    private static <E extends Enum<E>> String names(Class<E> type) {
        return String.join(
                ", ",
                Arrays.stream(type.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .toList());
    }
}
