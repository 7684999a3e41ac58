package io.penstock.api.gateways;

import io.penstock.api.input.Json;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Visibility;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Merges a patch into a gateway as its user would write it whole (RFC 7396). */
final class GatewayPatch {

    private GatewayPatch() {}

    /** The whole input that the gateway would be after the patch; secrets that the patch does not name are masks. */
    static ObjectNode apply(Gateway current, ObjectNode patch) {
        var whole = input(current);
        if (changesType(current, patch)) {
            whole.remove(AuthForm.ALL_FIELDS);
        } else if (patch.has("auth_header_key") || patch.has("auth_header_value")) {
            whole.remove("auth_headers");
        }
        if (patch.has("visibility") && !patch.path("visibility").asString("").equalsIgnoreCase("team")) {
            whole.remove("team_id");
        }
        if (whole.get("oauth_config") instanceof ObjectNode stored
                && patch.get("oauth_config") instanceof ObjectNode given) {
            OAuthPatch.makeRoom(stored, given);
        }
        merge(whole, patch);
        return whole;
    }

    private static void merge(ObjectNode whole, ObjectNode patch) {
        patch.forEachEntry((name, value) -> {
            if (value.isNull()) {
                whole.remove(name);
            } else if (value instanceof ObjectNode inner && whole.get(name) instanceof ObjectNode before) {
                merge(before, inner);
            } else {
                whole.set(name, value);
            }
        });
    }

    private static boolean changesType(Gateway current, ObjectNode patch) {
        return patch.has("auth_type")
                && !AuthForm.canonical(patch.path("auth_type").asString("none"))
                        .equals(current.auth().type());
    }

    private static ObjectNode input(Gateway gateway) {
        var input = JsonNodeFactory.instance.objectNode();
        input.put("name", gateway.name());
        input.put("url", gateway.url().toString());
        input.put("description", gateway.description());
        input.put("transport", gateway.transport().name());
        input.put("auth_type", gateway.auth().type());
        Json.stored(gateway.auth().shown()).forEachEntry(input::set);
        if (gateway.tls() != null) {
            Json.stored(gateway.tls().shown()).forEachEntry(input::set);
        }
        input.put("visibility", gateway.visibility().name().toLowerCase(Locale.ROOT));
        if (gateway.visibility() == Visibility.TEAM) {
            input.put("team_id", gateway.teamId());
        }
        gateway.tags().forEach(input.putArray("tags")::add);
        gateway.passthroughHeaders().forEach(input.putArray("passthrough_headers")::add);
        input.put("drift_policy", gateway.driftPolicy().name().toLowerCase(Locale.ROOT));
        input.put("repeat_idempotent_calls", gateway.repeatIdempotentCalls());
        var interval = gateway.checkInterval();
        if (interval != null) {
            input.put("health_check_interval_seconds", interval.toSeconds());
        }
        return input;
    }
}
