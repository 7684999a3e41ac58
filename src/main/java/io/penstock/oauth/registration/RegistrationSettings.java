package io.penstock.oauth.registration;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where this gateway may register itself.
 *
 * @param allowedIssuers {@code DCR_ALLOWED_ISSUERS}: authorization servers, separated by commas, each as it names itself, letter by letter;
 *     none where it is empty
 */
@ConfigurationProperties("penstock.oauth.registration")
public record RegistrationSettings(@DefaultValue List<String> allowedIssuers) {

    public RegistrationSettings {
        allowedIssuers = allowedIssuers.stream()
                .map(String::strip)
                .filter(issuer -> !issuer.isEmpty())
                .toList();
    }

    boolean allows(String issuer) {
        return allowedIssuers.contains(issuer);
    }
}
