package io.penstock.api.gateways;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.penstock.api.input.Json;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Rotation;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A rotation as clients read it, without any secret.
 *
 * @param credential the fields of the one in use, and those of its TLS, secrets masked
 * @param state {@code none}, {@code grace}, {@code ended} or {@code rolled_back}
 * @param previous the one from before, while it is kept
 * @param reason why it was rolled back
 */
record CredentialView(
        String authType,
        JsonNode credential,
        String state,
        @Nullable Instant since,
        @Nullable PreviousView previous,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason,
        long version) {

    /** The credential from before, masked. */
    record PreviousView(String authType, JsonNode credential, Instant until) {

        static @Nullable PreviousView of(Rotation.@Nullable Kept kept) {
            return kept == null ? null : new PreviousView(kept.type(), fields(kept.shown(), kept.tls()), kept.until());
        }
    }

    private static JsonNode fields(String shown, Gateway.@Nullable SealedTls tls) {
        var fields = Json.stored(shown);
        if (tls != null && fields instanceof ObjectNode object) {
            Json.stored(tls.shown()).forEachEntry(object::set);
        }
        return fields;
    }

    static CredentialView of(Gateway gateway) {
        var auth = gateway.auth();
        var rotation = auth.rotation();
        return new CredentialView(
                auth.type(),
                fields(auth.shown(), gateway.tls()),
                rotation == null ? "none" : rotation.state().name().toLowerCase(Locale.ROOT),
                rotation == null ? null : rotation.at(),
                PreviousView.of(auth.kept()),
                rotation == null ? null : rotation.detail(),
                gateway.version());
    }
}
