package io.penstock.docs;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.PropertyPlaceholderHelper;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All settings, from the metadata that the compiler wrote and the environment names of {@code application.yaml}. */
final class Settings {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    /** What Boot's own settings mean here. */
    private static final Map<String, String> OUR_WORDS = Map.of(
            "server.address",
            "the address that the gateway listens on; {@code 0.0.0.0} is every one of the machine",
            "server.port",
            "the port that the gateway listens on",
            "management.server.address",
            "the address of the management port",
            "management.server.port",
            "the port of probes and metrics, never that of clients; it asks for no credential");

    private static final String OURS = "penstock.";
    private static final Pattern ENVIRONMENT = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]+)[:}]");
    private static final PropertyPlaceholderHelper UNSET = new PropertyPlaceholderHelper("${", "}", ":", null, false);
    private static final Pattern NAME = Pattern.compile("\\{@code ([A-Z][A-Z0-9_]+)}:");

    private Settings() {}

    /** Ordered by key. */
    static List<Setting> all() throws IOException {
        Properties mapped = mapped();
        var settings = new TreeMap<String, Setting>();
        for (URL metadata : Collections.list(Settings.class.getClassLoader().getResources(METADATA))) {
            properties(metadata)
                    .filter(property -> isOurs(property, mapped))
                    .map(property -> setting(property, mapped))
                    .forEach(setting -> settings.put(setting.key(), setting));
        }
        return List.copyOf(settings.values());
    }

    /** The environment names of {@code application.yaml}, by key, for what is a setting of the operator's. */
    static Map<String, String> names() {
        var names = new TreeMap<String, String>();
        mapped().forEach((key, value) -> {
            Matcher environment = ENVIRONMENT.matcher(value.toString());
            if (environment.find()) {
                names.put(key.toString(), environment.group(1));
            }
        });
        return names;
    }

    private static Properties mapped() {
        var yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application.yaml"));
        return yaml.getObject();
    }

    private static Stream<JsonNode> properties(URL metadata) throws IOException {
        try (InputStream stream = metadata.openStream()) {
            return JsonMapper.shared().readTree(stream).path("properties").valueStream().toList().stream();
        }
    }

    private static boolean isOurs(JsonNode property, Properties mapped) {
        String key = property.path("name").asString();
        return key.startsWith(OURS)
                || ENVIRONMENT.matcher(mapped.getProperty(key, "")).find();
    }

    private static Setting setting(JsonNode property, Properties mapped) {
        String key = property.path("name").asString();
        String meaning =
                OUR_WORDS.getOrDefault(key, property.path("description").asString(""));
        String value = mapped.getProperty(key, "");
        Matcher environment = ENVIRONMENT.matcher(value);
        Matcher named = NAME.matcher(meaning);
        if (environment.find()) {
            String standard = UNSET.replacePlaceholders(value, mapped);
            return new Setting(key, environment.group(1), standard.isEmpty() ? standard(property) : standard, meaning);
        }
        return new Setting(key, named.lookingAt() ? named.group(1) : relaxed(key), standard(property), meaning);
    }

    private static String standard(JsonNode property) {
        JsonNode value = property.path("defaultValue");
        return value.isArray()
                ? String.join(",", value.valueStream().map(JsonNode::asString).toList())
                : value.asString("");
    }

    /** The name by which Spring Boot reads a property that has no name of its own. */
    private static String relaxed(String key) {
        return key.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    }
}
