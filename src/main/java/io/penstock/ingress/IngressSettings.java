package io.penstock.ingress;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How the gateway is reached.
 *
 * @param baseUrl {@code BASE_URL}: the address that clients use, without a path; resource identifiers and redirect URIs are made of it
 * @param domains {@code APP_DOMAIN}: further host names that requests may name; loopback names count where the server listens there only
 * @param allowedOrigins {@code ALLOWED_ORIGINS}: browser origins that may call, exactly as browsers write them
 * @param maxBody the largest request body
 * @param headerTimeout how long the head of a request may take, from the connection or its first byte; what waits for its turn here is not late
 * @param bodyTimeout how long the body of a request may take
 * @param idleTimeout how long a connection may wait for its next request
 * @param slowReader how long a client may take nothing of what is sent to it, before its connection is closed; up to a quarter more
 */
@Validated
@ConfigurationProperties("penstock.ingress")
public record IngressSettings(
        @NotNull URI baseUrl,
        @DefaultValue List<String> domains,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue("1MB") DataSize maxBody,
        @DurationMin(millis = 1) @DefaultValue("10s") Duration headerTimeout,
        @DurationMin(millis = 1) @DefaultValue("30s") Duration bodyTimeout,
        @DurationMin(millis = 1) @DefaultValue("75s") Duration idleTimeout,
        @DurationMin(millis = 100) @DefaultValue("60s") Duration slowReader) {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");
    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?");

    public IngressSettings {
        if (!isAddress(baseUrl)) {
            throw new InvalidConfigurationPropertyValueException(
                    "BASE_URL",
                    null,
                    "It must be the address that clients use, without path, query or user, like https://mcp.example.com");
        }
        if (!domains.stream().allMatch(IngressSettings::isHost)) {
            throw new InvalidConfigurationPropertyValueException(
                    "APP_DOMAIN",
                    null,
                    "It must be host names without scheme, port and path, like mcp.example.com,10.0.0.7");
        }
        if (!allowedOrigins.stream().allMatch(IngressSettings::isOrigin)) {
            throw new InvalidConfigurationPropertyValueException(
                    "ALLOWED_ORIGINS",
                    null,
                    "It must be origins as browsers write them, without a path or a slash at the end, like https://app.example.com");
        }
        if (maxBody.toBytes() < 1) {
            throw new InvalidConfigurationPropertyValueException(
                    "penstock.ingress.max-body", null, "It must be a size above 0, like 1MB.");
        }
        domains = List.copyOf(domains);
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    private static boolean isAddress(URI url) {
        return url.getHost() != null
                && List.of("http", "https").contains(url.getScheme())
                && List.of("", "/").contains(url.getRawPath())
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && url.getRawUserInfo() == null;
    }

    private static boolean isHost(String domain) {
        return HOST.matcher(domain).matches();
    }

    private static boolean isOrigin(String origin) {
        return ORIGIN.matcher(origin).matches();
    }

    /** The address of a path here, as clients know it. */
    public String url(String path) {
        String base = baseUrl.toString();
        return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path;
    }
}
