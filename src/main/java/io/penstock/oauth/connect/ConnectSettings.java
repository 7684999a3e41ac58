package io.penstock.oauth.connect;

import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Which authorization servers are one though their hosts are not.
 *
 * @param tokenHosts {@code OAUTH_TOKEN_HOSTS}: authorization servers whose {@code token_url} lies on an unrelated host, separated by commas, each
 *     as the host where users agree, {@code =}, and the host that gives tokens, like {@code app.example.com=api.example.net}; those of the
 *     built-in providers need not be named
 */
@ConfigurationProperties("penstock.oauth.connect")
record ConnectSettings(@DefaultValue List<String> tokenHosts) {

    private static final String HOST = "(?:\\[[0-9a-fA-F:.]+]|[^\\s=/:]+)";

    private static final Pattern PAIR = Pattern.compile(HOST + "=" + HOST);

    ConnectSettings {
        tokenHosts = tokenHosts.stream()
                .map(String::strip)
                .filter(pair -> !pair.isEmpty())
                .toList();
        for (String pair : tokenHosts) {
            if (!PAIR.matcher(pair).matches()) {
                throw new InvalidConfigurationPropertyValueException(
                        "OAUTH_TOKEN_HOSTS",
                        pair,
                        "Each must be two hosts without a scheme, a port or a path, like app.example.com=api.example.net.");
            }
        }
    }
}
