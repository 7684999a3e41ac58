package io.penstock.relay.bridge;

import io.penstock.relay.session.Seals;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Pages that an upstream wants its user to visit before it carries a call out (2025-11-25, "URL Elicitation Required Error"), for clients of
 * the revision that asks for input instead. Nothing waits meanwhile: whoever comes back makes the call anew.
 */
@Component
final class PageVisits {

    /** How long a person may take at a page. */
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private static final String KEY = "page";

    private final Seals seals;

    PageVisits(Seals seals) {
        this.seals = seals;
    }

    /** What a client comes back with. */
    enum Answer {
        VISITED,
        REFUSED
    }

    /**
     * The result that asks for what the response says; null where it wants no page visited.
     *
     * @param context whom is asked, and in which call
     */
    Message.@Nullable Result ask(Message.Asked request, Message.Response response, String context) {
        var pages = response instanceof Message.Failure failure && failure.code() == Translation.URL_REQUIRED_2025
                ? pages(failure)
                : List.<Message.Asked>of();
        if (pages.isEmpty()) {
            return null;
        }
        Map<String, Message.Asked> questions = new LinkedHashMap<>();
        pages.forEach(page -> questions.put(KEY + (questions.size() + 1), page));
        return InputRequired.result(request, questions, seals.seal("{}", PATIENCE, sealed(context)));
    }

    private static List<Message.Asked> pages(Message.Failure failure) {
        String elicitations = JsonParts.member(JsonParts.member(failure.error(), "data"), "elicitations");
        return elicitations == null || !elicitations.startsWith("[")
                ? List.of()
                : JsonParts.elements(elicitations).stream()
                        .filter(page -> "url".equals(JsonParts.string(JsonParts.member(page, "mode")))
                                && JsonParts.string(JsonParts.member(page, "url")) != null)
                        .map(page -> Translation.stateless(new Message.Asked("0", "elicitation/create", page)))
                        .toList();
    }

    /** What the client says that was asked so in this call; null where this is no such retry. */
    @Nullable
    Answer answer(Message.Asked request, String state, String context) {
        if (seals.open(state, sealed(context)) == null) {
            return null;
        }
        String given = JsonParts.member(request.params(), "inputResponses");
        boolean refused = given != null
                && JsonParts.isObject(given)
                && JsonParts.members(given).values().stream().anyMatch(Agreements::refuses);
        return refused ? Answer.REFUSED : Answer.VISITED;
    }

    private static String sealed(String context) {
        return "page|" + context;
    }
}
