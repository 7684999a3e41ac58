package io.penstock.api.gateways;

import io.penstock.oauth.Providers;
import io.penstock.oauth.Providers.Template;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes out of a stored {@code oauth_config} what a patch puts something else in the place of, under another name: kept, it would stand
 * beside it as though its user had written both.
 */
final class OAuthPatch {

    /** What a template fills. */
    private static final List<String> ADDRESSES = List.of("issuer", "token_url", "authorization_url", "revocation_url");

    private OAuthPatch() {}

    static void makeRoom(ObjectNode stored, ObjectNode patch) {
        if (patch.has("scopes")) {
            stored.remove("scope");
        }
        Template before = template(stored);
        Template after = patch.has("provider") ? template(patch) : before;
        if (after == null || after.tokenUrl() == null) {
            return; // it fills no addresses: those that are stored stay
        }
        if (!after.equals(before)) {
            stored.remove(ADDRESSES);
            if (before != null && stored.path("scope").asString("").equals(String.join(" ", before.scopes()))) {
                stored.remove("scope");
            }
        } else if (after.needsDomain() && patch.hasNonNull("domain")) {
            stored.remove(ADDRESSES);
        }
    }

    private static @Nullable Template template(ObjectNode config) {
        return Providers.find(config.path("provider").asString(""));
    }
}
