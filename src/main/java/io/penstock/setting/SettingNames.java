package io.penstock.setting;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/** The names by which operators know properties: those of the environment. */
final class SettingNames {

    private static final Pattern OF_ENVIRONMENT = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)[:}].*");

    private final @Nullable Environment environment;

    /** @param environment null where the start did not come so far */
    SettingNames(@Nullable Environment environment) {
        this.environment = environment;
    }

    /** The variable that a property is read from. What is a variable already stays as it is. */
    String of(String property) {
        return environment instanceof ConfigurableEnvironment known
                ? known.getPropertySources().stream()
                        .map(source -> source.getProperty(property))
                        .filter(Objects::nonNull)
                        .map(value -> OF_ENVIRONMENT.matcher(value.toString()))
                        .filter(written -> written.matches())
                        .map(written -> written.group(1))
                        .findFirst()
                        .orElseGet(() -> relaxed(property))
                : relaxed(property);
    }

    /** The value of a property; null where it has none. */
    @Nullable
    String value(String property) {
        return environment == null ? null : environment.getProperty(property);
    }

    private static String relaxed(String property) {
        return property.contains(".")
                ? property.replace("-", "")
                        .replaceAll("[.\\[]", "_")
                        .replace("]", "")
                        .toUpperCase(Locale.ROOT)
                : property;
    }
}
