package io.penstock.caller.jwt;

import io.penstock.caller.TrustedIssuers;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Those issuers of the settings that a client can look up: the ones whose identifier is a URL. */
@Component
final class ConfiguredIssuers implements TrustedIssuers {

    private final List<String> urls;

    ConfiguredIssuers(JwtSettings settings) {
        urls = Stream.concat(
                        Stream.of(settings.issuer()),
                        settings.issuers().stream().map(JwtSettings.TrustedIssuer::issuer))
                .filter(issuer -> issuer.startsWith("https://") || issuer.startsWith("http://"))
                .toList();
    }

    @Override
    public List<String> authorizationServers() {
        return urls;
    }
}
