package io.penstock.catalog;

import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason.Invalid.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a draft must be before it is written, whichever edge it came by. */
@Component
public final class DraftRules {

    private static final int NAME_LIMIT = 255;

    private final HeaderRules headers;

    DraftRules(HeaderRules headers) {
        this.headers = headers;
    }

    /** Throws {@code Invalid} with every field that breaks a rule. */
    public void check(Gateways.Draft draft) {
        var refused = new ArrayList<Field>();
        texts(draft.name(), draft.description(), draft.visibility(), draft.teamId(), draft.tags(), refused);
        for (int i = 0; i < draft.passthroughHeaders().size(); i++) {
            note(
                    refused,
                    "passthrough_headers[" + i + "]",
                    headers.refusedPassthrough(draft.passthroughHeaders().get(i)));
        }
        if (draft.auth() != null) {
            auth(draft.auth(), refused);
        }
        if (!refused.isEmpty()) {
            throw new Refusal(new Refusal.Reason.Invalid(refused));
        }
    }

    /** As {@link #check(Gateways.Draft)}; what is chosen is looked at where it is written. */
    public static void check(Servers.Draft draft) {
        var refused = new ArrayList<Field>();
        texts(draft.name(), draft.description(), draft.visibility(), draft.teamId(), draft.tags(), refused);
        if (!refused.isEmpty()) {
            throw new Refusal(new Refusal.Reason.Invalid(refused));
        }
    }

    private static void texts(
            String name,
            @Nullable String description,
            Visibility visibility,
            @Nullable String teamId,
            List<String> tags,
            List<Field> refused) {
        if (name.length() > NAME_LIMIT) {
            refused.add(new Field("name", "must have at most " + NAME_LIMIT + " characters"));
        }
        if (Slug.of(name).isEmpty()) {
            refused.add(
                    new Field("name", "must hold a letter a-z or a digit, because paths and tools are named after it"));
        }
        if (visibility == Visibility.TEAM && (teamId == null || teamId.isBlank())) {
            refused.add(new Field("team_id", "is needed where the visibility is team"));
        }
        note(refused, "name", refusedText(name));
        note(refused, "description", refusedText(description));
        note(refused, "team_id", refusedText(teamId));
        note(refused, "tags", refusedText(String.join("", tags)));
    }

    /** PostgreSQL's TEXT cannot hold NUL. */
    private static @Nullable String refusedText(@Nullable String text) {
        return text != null && text.indexOf('\0') >= 0 ? "must not hold the character U+0000" : null;
    }

    private void auth(UpstreamAuth auth, List<Field> refused) {
        switch (auth) {
            case UpstreamAuth.None _, UpstreamAuth.OAuth _ -> {}
            case UpstreamAuth.Bearer(var token) -> note(refused, "auth_token", refusedToken(token));
            case UpstreamAuth.Basic(var username, var password) -> {
                note(refused, "auth_username", refusedUsername(username));
                note(refused, "auth_password", refusedControls(password.reveal()));
            }
            case UpstreamAuth.Headers(var list) -> headers(list, refused);
            case UpstreamAuth.QueryParam(var key, var value) -> {
                note(refused, "auth_query_param_key", key.isBlank() ? "must not be empty" : refusedControls(key));
                note(
                        refused,
                        "auth_query_param_value",
                        value.reveal().isEmpty() ? "must not be empty" : refusedControls(value.reveal()));
            }
        }
    }

    private void headers(List<UpstreamAuth.Headers.Header> list, List<Field> refused) {
        if (list.isEmpty()) {
            refused.add(new Field("auth_headers", "must hold at least one {key, value}"));
        }
        for (int i = 0; i < list.size(); i++) {
            var header = list.get(i);
            var at = "auth_headers[" + i + "].";
            note(refused, at + "key", headers.refusedName(header.key()));
            note(refused, at + "value", headers.refusedValue(header.value().reveal()));
            if (list.subList(0, i).stream().anyMatch(other -> other.key().equalsIgnoreCase(header.key()))) {
                refused.add(new Field(at + "key", "is there twice: send each header once"));
            }
        }
    }

    private @Nullable String refusedToken(Secret token) {
        var refused = headers.refusedValue(token.reveal());
        return refused == null && token.reveal().chars().anyMatch(c -> c <= ' ')
                ? "must not hold spaces: send the token alone, without the word Bearer"
                : refused;
    }

    /** RFC 7617, 2: the first colon ends the user name. */
    private static @Nullable String refusedUsername(String username) {
        if (username.isEmpty() || username.indexOf(':') >= 0) {
            return "must not be empty and must not hold a colon";
        }
        return refusedControls(username);
    }

    private static @Nullable String refusedControls(String text) {
        return text.chars().anyMatch(Character::isISOControl) ? "must not hold control characters" : null;
    }

    private static void note(List<Field> refused, String field, @Nullable String message) {
        if (message != null) {
            refused.add(new Field(field, message));
        }
    }
}
