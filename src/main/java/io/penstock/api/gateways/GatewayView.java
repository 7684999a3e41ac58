package io.penstock.api.gateways;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.penstock.api.input.Json;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A gateway as clients read it; of its credential, only the fields of its type are there, with secrets masked.
 *
 * @param circuit whether the replica that is asked calls it: {@code closed} where it does, {@code open} while it fails, {@code half_open} while a few calls try it
 * @param authorizeUrl where each user connects an account; it is called with nobody else's. Null where no user has to
 */
record GatewayView(
        UUID id,
        String name,
        String slug,
        String url,
        @Nullable String description,
        String transport,
        String authType,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode authToken,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode authUsername,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode authPassword,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode authHeaders,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode authQueryParamKey,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode authQueryParamValue,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode oauthConfig,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String authorizeUrl,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode caCertificate,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode clientCert,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode clientKey,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode certificatePins,
        String visibility,
        @Nullable String teamId,
        String owner,
        List<String> tags,
        List<String> passthroughHeaders,
        @Nullable Long healthCheckIntervalSeconds,
        String driftPolicy,
        boolean repeatIdempotentCalls,
        boolean enabled,
        @Nullable Boolean healthy,
        @Nullable String lastError,
        String circuit,
        @Nullable Instant lastCheckedAt,
        @Nullable Instant lastSeenAt,
        @Nullable String protocolVersion,
        @Nullable String transportInUse,
        @Nullable JsonNode capabilities,
        int toolCount,
        int resourceCount,
        int promptCount,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    static GatewayView of(Gateway gateway, Features.Counts counts, @Nullable String authorizeUrl, String circuit) {
        var shown = Json.stored(gateway.auth().shown());
        var tls = Json.stored(gateway.tls() == null ? "{}" : gateway.tls().shown());
        var status = gateway.status();
        var condition = status.condition();
        var interval = gateway.checkInterval();
        var capabilities = condition.capabilities();
        return new GatewayView(
                gateway.id(),
                gateway.name(),
                gateway.slug(),
                gateway.url().toString(),
                gateway.description(),
                gateway.transport().name(),
                gateway.auth().type(),
                shown.get("auth_token"),
                shown.get("auth_username"),
                shown.get("auth_password"),
                shown.get("auth_headers"),
                shown.get("auth_query_param_key"),
                shown.get("auth_query_param_value"),
                shown.get("oauth_config"),
                authorizeUrl,
                tls.get("ca_certificate"),
                tls.get("client_cert"),
                tls.get("client_key"),
                tls.get("certificate_pins"),
                gateway.visibility().name().toLowerCase(Locale.ROOT),
                gateway.teamId(),
                gateway.owner(),
                gateway.tags(),
                gateway.passthroughHeaders(),
                interval == null ? null : interval.toSeconds(),
                gateway.driftPolicy().name().toLowerCase(Locale.ROOT),
                gateway.repeatIdempotentCalls(),
                gateway.enabled(),
                condition.healthy(),
                condition.lastError(),
                circuit,
                status.lastCheckedAt(),
                status.lastSeenAt(),
                condition.protocolVersion(),
                condition.transportInUse(),
                capabilities == null ? null : Json.stored(capabilities),
                counts.tools(),
                counts.resources(),
                counts.prompts(),
                gateway.createdAt(),
                gateway.updatedAt(),
                gateway.version());
    }
}
