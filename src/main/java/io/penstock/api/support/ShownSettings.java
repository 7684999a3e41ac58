package io.penstock.api.support;

import io.penstock.vault.Secret;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesBean;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Component;

/**
 * The settings that are in effect, as they may be shown: of a secret only whether it is set, and addresses without what could be a
 * credential in them. What the gateway does not know as a setting is not named at all.
 */
@Component
final class ShownSettings {

    static final String SET = "(set)";
    static final String NOT_SET = "(not set)";

    private static final String OURS = "io.penstock.";

    /** Those of Spring Boot's that tell how the gateway is reached. */
    private static final List<String> OTHERS = List.of(
            "server.address",
            "server.port",
            "server.ssl.enabled",
            "server.ssl.bundle",
            "server.ssl.client-auth",
            "management.server.address",
            "management.server.port",
            "management.endpoints.web.exposure.include",
            "logging.structured.format.console");

    /** A text of such a name is taken for a secret, whatever its type is; users are nobody's business elsewhere. */
    private static final Pattern SECRET = Pattern.compile("(?i).*(secret|password|passphrase|token|credential|email)");

    private static final Pattern USER = Pattern.compile("(?s)//.*@");
    private static final Pattern QUERY = Pattern.compile("(?s)[?#].*");

    private final ApplicationContext context;

    ShownSettings(ApplicationContext context) {
        this.context = context;
    }

    /** By property, in order. */
    Map<String, String> all() {
        Map<String, String> shown = new TreeMap<>();
        for (var properties : ConfigurationPropertiesBean.getAll(context).values()) {
            if (properties.getInstance() instanceof Record settings
                    && settings.getClass().getName().startsWith(OURS)) {
                put(properties.getAnnotation().value(), settings, shown);
            }
        }
        for (String name : OTHERS) {
            put(name, context.getEnvironment().getProperty(name), shown);
        }
        return shown;
    }

    /** What a setting is made of, each under a name of its own. */
    static void put(String name, @Nullable Object value, Map<String, String> shown) {
        switch (value) {
            case null -> shown.put(name, NOT_SET);
            case Secret secret -> shown.put(name, secret.reveal().isEmpty() ? NOT_SET : SET);
            case Record parts -> putParts(name, parts, shown);
            case Map<?, ?> map -> map.forEach((key, each) -> put(name + "." + key, each, shown));
            case Collection<?> many -> {
                int place = 0;
                for (Object each : many) {
                    put(name + "[" + place++ + "]", each, shown);
                }
            }
            default -> shown.put(name, text(name, value.toString()));
        }
    }

    private static void putParts(String name, Record parts, Map<String, String> shown) {
        for (RecordComponent part : parts.getClass().getRecordComponents()) {
            put(name + "." + dashed(part.getName()), value(part, parts), shown);
        }
    }

    private static @Nullable Object value(RecordComponent part, Record parts) {
        try {
            var accessor = part.getAccessor();
            accessor.setAccessible(true); // most settings are their package's own
            return accessor.invoke(parts);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Settings that cannot be read: " + parts.getClass(), e);
        }
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String text(String name, String value) {
        if (value.isEmpty()) {
            return NOT_SET;
        }
        return SECRET.matcher(name).matches()
                ? SET
                : QUERY.matcher(USER.matcher(value).replaceAll("//" + Secret.MASK + "@"))
                        .replaceAll("?" + Secret.MASK);
    }
}
