package io.penstock.access;

import io.penstock.wire.Arrival;
import io.penstock.wire.Envelope;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A {@code subscriptions/listen} that asks for updates of resources (2026-07-28, Subscriptions): each is one that
 * {@code resources/subscribe} of an older revision would name.
 *
 * @param uris never empty
 */
record Listening(Arrival arrival, List<String> uris) {

    /** How many one request may name: each is decided by itself. */
    static final int MOST = 1000;

    private static final String METHOD = "subscriptions/listen";
    private static final String PARAMS = "params";
    private static final String FILTER = "notifications";
    private static final String URIS = "resourceSubscriptions";

    /** Null where the message asks for no resources. Throws {@code BadParams} where what it asks for are no URIs, or too many. */
    static @Nullable Listening of(Arrival arrival) {
        Envelope message = arrival.envelope();
        if (message == null || !METHOD.equals(message.method()) || arrival.body().length == 0) {
            return null;
        }
        String array =
                JsonParts.unambiguous(JsonParts.unambiguous(JsonParts.member(text(arrival), PARAMS), FILTER), URIS);
        if (array == null || array.equals("null")) {
            return null;
        }
        var uris = uris(array);
        return uris.isEmpty() ? null : new Listening(arrival, uris);
    }

    private static String text(Arrival arrival) {
        return new String(arrival.body(), StandardCharsets.UTF_8);
    }

    private static List<String> uris(String array) {
        if (!array.startsWith("[")) {
            throw noUris();
        }
        var elements = JsonParts.elements(array);
        if (elements.size() > MOST) {
            throw new Refusal(new Reason.BadParams("params.notifications." + URIS + " names more than " + MOST));
        }
        return elements.stream().map(Listening::uri).toList();
    }

    private static String uri(String element) {
        String uri = JsonParts.string(element);
        if (uri == null) {
            throw noUris();
        }
        return uri;
    }

    private static Refusal noUris() {
        return new Refusal(new Reason.BadParams("params.notifications." + URIS + " must be URIs"));
    }

    /** The request as it may go on: it asks for the others no more. The same where it may go on as it is. */
    Arrival only(Predicate<String> usable) {
        var kept = uris.stream().filter(usable).toList();
        if (kept.size() == uris.size()) {
            return arrival;
        }
        String body = text(arrival);
        String params = JsonParts.member(body, PARAMS);
        String array = kept.stream().map(Message::quote).collect(Collectors.joining(",", "[", "]"));
        String filter = JsonParts.with(JsonParts.member(params, FILTER), URIS, array);
        String changed = JsonParts.with(body, PARAMS, JsonParts.with(params, FILTER, filter));
        return new Arrival(
                arrival.request(),
                arrival.target(),
                arrival.era(),
                arrival.envelope(),
                arrival.traceparent(),
                changed.getBytes(StandardCharsets.UTF_8),
                arrival.mirrored());
    }
}
