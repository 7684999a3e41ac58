package io.penstock.store.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.vault.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Reads {@code DATABASE_URL}. What it refuses it does not repeat, because a password may be in it. */
final class DatabaseUrl {

    private static final List<String> SCHEMES =
            List.of("r2dbc:postgresql://", "r2dbc:postgres://", "postgresql://", "postgres://");
    private static final List<String> SSL_MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final int DEFAULT_PORT = 5432;

    private DatabaseUrl() {}

    static DatabaseAddress parse(String url) {
        URI uri = uri(url);
        if (uri.getHost() == null
                || uri.getRawUserInfo() == null
                || uri.getPath() == null
                || uri.getPath().length() < 2) {
            throw wrong("It needs a user, a host and a database.");
        }
        String[] user = uri.getRawUserInfo().split(":", 2);
        Map<String, String> options = options(uri.getRawQuery());
        String sslMode = options.getOrDefault("sslmode", "prefer");
        if (!SSL_MODES.contains(sslMode)) {
            throw wrong("Its sslMode must be one of " + String.join(", ", SSL_MODES) + ".");
        }
        return new DatabaseAddress.Server(
                uri.getHost(),
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                uri.getPath().substring(1),
                decoded(user[0]),
                new Secret(user.length == 2 ? decoded(user[1]) : ""),
                sslMode,
                options.get("sslrootcert"));
    }

    private static URI uri(String url) {
        for (String scheme : SCHEMES) {
            if (url.regionMatches(true, 0, scheme, 0, scheme.length())) {
                try {
                    return new URI("postgresql://" + url.substring(scheme.length()));
                } catch (URISyntaxException unreadable) {
                    throw wrong("It is not a URL: characters that mean something in one must be percent-encoded.");
                }
            }
        }
        throw wrong("It begins with none of the known schemes.");
    }

    private static Map<String, String> options(@Nullable String query) {
        Map<String, String> options = new HashMap<>();
        for (String option : query == null ? new String[0] : query.split("&", -1)) {
            String[] parts = option.split("=", 2);
            String name = parts[0].toLowerCase(Locale.ROOT);
            if (parts.length != 2 || !(name.equals("sslmode") || name.equals("sslrootcert"))) {
                throw wrong("Only sslMode and sslRootCert are known in its query.");
            }
            options.put(name, decoded(parts[1]));
        }
        return options;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    }

    private static InvalidConfigurationPropertyValueException wrong(String why) {
        return new InvalidConfigurationPropertyValueException(
                "DATABASE_URL",
                null,
                why
                        + " Right would be r2dbc:postgresql://user:password@host:5432/database, or nothing for the embedded database.");
    }
}
