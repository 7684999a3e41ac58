package io.penstock.oauth.exchange;

import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * To whom callers' own tokens may be shown.
 *
 * @param allowedUrls {@code TOKEN_EXCHANGE_ALLOWED_URLS}: token endpoints, separated by commas, letter by letter. Whoever registers a gateway
 *     could else have the tokens of all who call it sent where they like; none where it is empty
 */
@ConfigurationProperties("penstock.oauth.token-exchange")
public record ExchangeSettings(@DefaultValue List<String> allowedUrls) {

    public ExchangeSettings {
        allowedUrls = allowedUrls.stream()
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .toList();
    }

    /** Whether any token may be shown anywhere. */
    public boolean allowsAny() {
        return !allowedUrls.isEmpty();
    }

    boolean allows(URI url) {
        return allowedUrls.contains(url.toString());
    }
}
