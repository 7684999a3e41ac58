package io.penstock.api.tokens;

import io.penstock.account.token.ApiToken;
import io.penstock.account.token.ApiToken.Terms;
import io.penstock.account.token.Hours;
import io.penstock.account.token.TokenSettings;
import io.penstock.api.accounts.Vocabulary;
import io.penstock.api.input.Fields;
import io.penstock.api.input.Ids;
import io.penstock.api.input.Objections;
import io.penstock.egress.AddressRange;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads what is decided of a token, and names every field that is wrong. What its owner may say of it is judged by {@link Reach}. */
@Component
public final class TokenForm {

    public static final Set<String> KNOWN = Set.of(
            "name",
            "description",
            "server_id",
            "gateway_id",
            "permissions",
            "ip_cidrs",
            "hours",
            "quota_per_hour",
            "quota_per_day",
            "expires_at",
            "team_id",
            "enabled");

    private static final Set<String> OF_SERVER =
            Set.of("id", "owner", "token", "last_used_at", "created_at", "updated_at", "version");

    /** No token of this kind makes or changes tokens, so none is given what would be needed for that. */
    private static final Set<String> NEVER = Set.of("tokens.create", "tokens.update");

    private static final int MOST_PERMISSIONS = 200;
    private static final int MOST_RANGES = 100;
    private static final int LARGEST_QUOTA = 1_000_000_000;

    private final TokenSettings settings;
    private final InstantSource clock = InstantSource.system();

    TokenForm(TokenSettings settings) {
        this.settings = settings;
    }

    /**
     * What it says, as far as it is not refused.
     *
     * @param current null for a new token
     */
    Terms read(ObjectNode tree, Objections objections, @Nullable ApiToken current) {
        var fields = new Fields(tree, objections);
        fields.close(KNOWN, OF_SERVER, Set.of());
        String name = fields.demanded("name", 255, "ci");
        if (name != null && !name.equals(name.strip())) {
            objections.add("name", "must not begin or end with a space");
        }
        UUID server = id(fields, "server_id", objections);
        UUID gateway = id(fields, "gateway_id", objections);
        if (server != null && gateway != null) {
            objections.add("gateway_id", "is for a token without server_id: a token is for one of them, or for all");
        }
        Boolean enabled = fields.flag("enabled");
        List<Hours> hours = HoursForm.read(fields, objections);
        return new Terms(
                name == null ? "" : name,
                fields.prose("description", 8192),
                server,
                gateway,
                permissions(fields, objections),
                ranges(fields, objections),
                hours,
                fields.number("quota_per_hour", 1, LARGEST_QUOTA),
                fields.number("quota_per_day", 1, LARGEST_QUOTA),
                fields.text("team_id", 1, 255),
                expires(fields, objections, current),
                enabled == null || enabled);
    }

    private static @Nullable UUID id(Fields fields, String name, Objections objections) {
        String text = fields.text(name, 1, 36);
        UUID id = text == null ? null : Ids.find(text);
        if (text != null && id == null) {
            objections.add(name, "must be a UUID");
        }
        return id;
    }

    private static @Nullable Set<String> permissions(Fields fields, Objections objections) {
        if (!fields.has("permissions")) {
            return null;
        }
        List<String> scopes = fields.texts("permissions", MOST_PERMISSIONS, 255);
        if (scopes.isEmpty() && !objections.has("permissions")) {
            objections.add("permissions", "must name at least one; leave it out for all that its owner may do");
        }
        for (String scope : scopes) {
            if (!Vocabulary.holds(scope)) {
                objections.add("permissions", "there is no scope " + scope);
            } else if (NEVER.contains(scope)) {
                objections.add("permissions", scope + " is for no API token: they make and change no tokens");
            }
        }
        return Set.copyOf(scopes);
    }

    private static List<String> ranges(Fields fields, Objections objections) {
        List<String> ranges = fields.texts("ip_cidrs", MOST_RANGES, 50);
        for (String range : ranges) {
            try {
                var _ = AddressRange.parse(range);
            } catch (IllegalArgumentException wrong) {
                objections.add("ip_cidrs", String.valueOf(wrong.getMessage()));
            }
        }
        return ranges;
    }

    /** What it is now is not judged again: one that has expired can still be switched off. */
    private Instant expires(Fields fields, Objections objections, @Nullable ApiToken current) {
        Instant now = clock.instant();
        Instant expires = fields.time("expires_at");
        if (expires == null) {
            return now.plus(settings.lifetime());
        }
        boolean changed = current == null || !expires.equals(current.terms().expiresAt());
        if (changed && !expires.isAfter(now)) {
            objections.add("expires_at", "must lie ahead");
        } else if (changed && expires.isAfter(now.plus(settings.maxLifetime()))) {
            objections.add(
                    "expires_at",
                    "must be at most " + settings.maxLifetime().toDays() + " days ahead (API_TOKEN_MAX_LIFETIME)");
        }
        return expires;
    }

    /** The whole input that a token would be after a patch (RFC 7396). */
    static ObjectNode patched(ApiToken current, ObjectNode patch) {
        var whole = JsonNodeFactory.instance.objectNode();
        var terms = current.terms();
        whole.put("name", terms.name());
        whole.put("description", terms.description());
        whole.put("server_id", text(terms.serverId()));
        whole.put("gateway_id", text(terms.gatewayId()));
        if (terms.permissions() != null) {
            terms.permissions().forEach(whole.putArray("permissions")::add);
        }
        terms.cidrs().forEach(whole.putArray("ip_cidrs")::add);
        var hours = whole.putArray("hours");
        terms.hours().forEach(one -> hours.add(tree(ApiTokenView.HoursView.of(one))));
        whole.put("quota_per_hour", terms.quotaPerHour());
        whole.put("quota_per_day", terms.quotaPerDay());
        whole.put("team_id", terms.teamId());
        whole.put("expires_at", terms.expiresAt().toString());
        whole.put("enabled", terms.enabled());
        patch.forEachEntry((String name, JsonNode value) -> {
            if (value.isNull()) {
                whole.remove(name);
            } else {
                whole.set(name, value);
            }
        });
        return whole;
    }

    private static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }

    private static ObjectNode tree(ApiTokenView.HoursView hours) {
        var tree = JsonNodeFactory.instance.objectNode();
        hours.days().forEach(tree.putArray("days")::add);
        return tree.put("from", hours.from()).put("to", hours.to()).put("zone", hours.zone());
    }
}
