package io.penstock.api;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Settings of the REST edge.
 *
 * @param baseUrl {@code BASE_URL}: where clients reach the gateway, scheme and host with port; goes into challenges and documents
 * @param allowedOrigins {@code ALLOWED_ORIGINS}: the origins whose pages may call the API, exact, comma-separated; none by default
 * @param discoveryBudget {@code DISCOVERY_BUDGET}: how long a registration waits for the first look at the upstream, which goes on without it
 */
@ConfigurationProperties("penstock.api")
record ApiSettings(
        @DefaultValue("http://localhost:4444") URI baseUrl,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue("2s") Duration discoveryBudget) {

    ApiSettings {
        if (!isOrigin(baseUrl)) {
            throw wrong(
                    "BASE_URL", "it must be scheme://host[:port] without a path, for example https://mcp.example.com");
        }
        for (var origin : allowedOrigins) {
            if (!isOrigin(parse(origin))) {
                throw wrong(
                        "ALLOWED_ORIGINS",
                        "each must be scheme://host[:port] without a path or wildcard, for example https://console.example.com");
            }
        }
        if (discoveryBudget.isNegative() || discoveryBudget.compareTo(Duration.ofSeconds(30)) > 0) {
            throw wrong("DISCOVERY_BUDGET", "it must be between 0s and 30s");
        }
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    /** Where the metadata of this resource server is found (RFC 9728). */
    String resourceMetadata() {
        return baseUrl + "/.well-known/oauth-protected-resource";
    }

    private static URI parse(String text) {
        try {
            return new URI(text);
        } catch (java.net.URISyntaxException e) {
            throw wrong("ALLOWED_ORIGINS", "one of them is no URL; separate them with commas");
        }
    }

    private static boolean isOrigin(URI uri) {
        var http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        return http
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawPath().isEmpty()
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    private static InvalidConfigurationPropertyValueException wrong(String name, String reason) {
        return new InvalidConfigurationPropertyValueException(name, null, reason);
    }
}
