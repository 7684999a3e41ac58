package io.penstock.relay.bridge;

import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.relay.session.Seals;
import io.penstock.relay.session.Session;
import io.penstock.wire.Envelope;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.NeedsAuthorization;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * How a user is asked to agree that an upstream is called in their name: as each revision has it for pages that a user has to visit. Nothing
 * waits meanwhile: whoever comes back makes the call anew.
 */
@Component
final class Agreements {

    /** The only requests whose result may ask for input (2026-07-28, Multi round-trip requests). */
    static final Set<String> MAY_ASK = Set.of("tools/call", "prompts/get", "resources/read");

    /** How long a person may take to agree. */
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private static final String KEY = "authorization";
    private static final Set<String> OF_RETRY = Set.of("requestState", "inputResponses");

    private final Seals seals;

    Agreements(Seals seals) {
        this.seals = seals;
    }

    /**
     * What a client has come back with.
     *
     * @param refused whether its user does not want to
     * @param reason what it was asked for
     */
    record Answer(boolean refused, NeedsAuthorization reason) {}

    /** The reason as a client with sessions takes it: one that can show pages is asked to (2025-11-25, "URL Elicitation Required Error"). */
    static Reason told(Session session, Reason reason) {
        return reason instanceof NeedsAuthorization needs && session.opensUrls() ? needs.elicited() : reason;
    }

    /** Whether that client can be asked in the course of this request. */
    static boolean canAsk(Message.Asked request, Declared declared) {
        return MAY_ASK.contains(request.method()) && Session.opensUrls(declared.capabilities());
    }

    /** The result that asks (2026-07-28, where no error says so). */
    Message ask(Permit permit, Message.Asked request, NeedsAuthorization reason) {
        var page = new LinkedHashMap<String, String>();
        page.put("mode", "\"url\"");
        page.put("message", Message.quote(reason.invitation()));
        page.put("url", Message.quote(reason.url()));
        var question = new Message.Asked("0", "elicitation/create", Message.object(page));
        return InputRequired.result(request, Map.of(KEY, question), state(permit, reason));
    }

    private String state(Permit permit, NeedsAuthorization reason) {
        String text = JsonParts.with(null, "upstream", Message.quote(reason.upstream()));
        return seals.seal(JsonParts.with(text, "url", Message.quote(reason.url())), PATIENCE, context(permit));
    }

    /** What the client says that was asked so in this call; null where this is no such retry. */
    @Nullable
    Answer answer(Permit permit, Message.Asked request) {
        if (!mayBeAnswer(permit)) {
            return null;
        }
        String state = JsonParts.string(JsonParts.member(request.params(), "requestState"));
        var opened = state == null ? null : seals.open(state, context(permit));
        if (opened == null) {
            return null;
        }
        var asked = JsonParts.members(opened.text());
        String given = JsonParts.member(JsonParts.member(request.params(), "inputResponses"), KEY);
        return new Answer(refuses(given), new NeedsAuthorization(said(asked.get("upstream")), said(asked.get("url"))));
    }

    /** Whether an answer to an elicitation, if there is one, says that the user does not want to. */
    static boolean refuses(@Nullable String answer) {
        String action = JsonParts.string(JsonParts.member(answer, "action"));
        return "decline".equals(action) || "cancel".equals(action);
    }

    /** Whether the call is a retry that comes back with what the client was asked so. */
    boolean isAnswer(Permit permit) {
        return mayBeAnswer(permit)
                && Message.read(new String(permit.arrival().body(), StandardCharsets.UTF_8))
                        instanceof Message.Asked request
                && answer(permit, request) != null;
    }

    /** Looks before anything is parsed: most upstreams ask nobody. */
    private static boolean mayBeAnswer(Permit permit) {
        Envelope envelope = permit.arrival().envelope();
        return envelope != null
                && envelope.method() != null
                && MAY_ASK.contains(envelope.method())
                && permit.route() instanceof Route.One one
                && one.gateway().auth().isPerUser();
    }

    private static String said(@Nullable String json) {
        return Objects.requireNonNull(JsonParts.string(json));
    }

    /** The request without what a retry adds: as it was before anybody was asked. */
    static Message.Asked anew(Message.Asked request) {
        return request.params() == null
                ? request
                : request.with(JsonParts.without(request.params(), OF_RETRY::contains));
    }

    /** Whom was asked, and in which call: the same user at the same endpoint, calling the same thing. */
    private static String context(Permit permit) {
        var target = permit.arrival().target();
        Envelope envelope = permit.arrival().envelope();
        return String.join(
                "|",
                "agreement",
                permit.caller().user(),
                target.kind(),
                target.name(),
                String.valueOf(envelope == null ? null : envelope.method()),
                String.valueOf(envelope == null ? null : envelope.name()));
    }
}
