package io.penstock.setting;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.SpringValidatorAdapter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each of the settings by itself, wrong in each way that its type lets it be: it is named, by the name that operators know, and not repeated. */
class BadSettingsTests {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final String HUSH = "hush hush";

    /** What a value of such a type can be that it never may be; any text is a text, a list or a secret. */
    private static final Map<String, List<String>> WRONG = Map.of(
            "java.lang.Boolean", List.of(HUSH),
            "java.lang.Integer", List.of(HUSH, "-7", "99999999999"),
            "java.lang.Long", List.of(HUSH, "-7"),
            "java.time.Duration", List.of(HUSH, "-7s"),
            "org.springframework.util.unit.DataSize", List.of(HUSH, "-7B"),
            "java.net.URI", List.of("::hush"),
            "io.penstock.access.limit.Rate", List.of(HUSH, "-7", "7/hush", "7/-1s"));

    private static final SpringValidatorAdapter VALIDATOR =
            new SpringValidatorAdapter(Validation.buildDefaultValidatorFactory().getValidator());

    /** One setting with one value. */
    record Wrong(String key, String type, String settings, String value) {}

    static List<Wrong> each() throws IOException {
        List<Wrong> all = new ArrayList<>();
        for (JsonNode property : properties()) {
            String type = property.path("type").asString();
            for (String value : WRONG.getOrDefault(type, List.of())) {
                String settings = property.path("sourceType").asString();
                all.add(new Wrong(property.path("name").asString(), type, settings, value));
            }
        }
        return all;
    }

    private static List<JsonNode> properties() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (URL metadata :
                Collections.list(BadSettingsTests.class.getClassLoader().getResources(METADATA))) {
            try (InputStream stream = metadata.openStream()) {
                JsonMapper.shared()
                        .readTree(stream)
                        .path("properties")
                        .valueStream()
                        .filter(property ->
                                property.path("sourceType").asString("").startsWith("io.penstock."))
                        .forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void thereAreMany() throws IOException {
        assertThat(each()).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @MethodSource("each")
    void isNamedAndNotRepeated(Wrong wrong) throws Exception {
        FailureAnalysis told = refused(wrong.key(), wrong.value());

        assertThat(told).as("a start with %s=%s", wrong.key(), wrong.value()).isNotNull();
        String name = new SettingNames(environment("", "")).of(wrong.key());
        assertThat(told.getDescription()).startsWith(name + ": ").doesNotContain("hush", "java.", "io.penstock");
        assertThat(told.getDescription().length()).isGreaterThan(name.length() + 10);
    }

    /** What the operator is told; null where it is taken. */
    private static @Nullable FailureAnalysis refused(String key, String value) throws Exception {
        var environment = environment(key, value);
        for (String[] group : groups()) {
            if (key.startsWith(group[0] + ".")) {
                Class<?> type = Class.forName(group[1]);
                var handler = type.isAnnotationPresent(Validated.class)
                        ? new ValidationBindHandler(VALIDATOR)
                        : BindHandler.DEFAULT;
                try {
                    var _ = binder(environment).bindOrCreate(group[0], Bindable.of(type), handler);
                } catch (RuntimeException failure) {
                    return analysis(failure, environment);
                }
            }
        }
        return null;
    }

    private static @Nullable FailureAnalysis analysis(RuntimeException failure, StandardEnvironment environment) {
        FailureAnalysis refused = new RefusedSetting(environment).analyze(failure);
        return refused == null ? new UnreadableSetting(environment).analyze(failure) : refused;
    }

    /** The prefix and the type of each record of settings. */
    private static List<String[]> groups() throws IOException {
        Map<String, String> groups = new TreeMap<>();
        for (URL metadata :
                Collections.list(BadSettingsTests.class.getClassLoader().getResources(METADATA))) {
            try (InputStream stream = metadata.openStream()) {
                JsonMapper.shared()
                        .readTree(stream)
                        .path("groups")
                        .valueStream()
                        .filter(group -> group.path("type").asString("").startsWith("io.penstock."))
                        .filter(group -> group.path("type")
                                .asString()
                                .equals(group.path("sourceType").asString()))
                        .forEach(group -> groups.put(
                                group.path("name").asString(),
                                group.path("type").asString()));
            }
        }
        return groups.entrySet().stream()
                .map(group -> new String[] {group.getKey(), group.getValue()})
                .toList();
    }

    private static Binder binder(StandardEnvironment environment) {
        return new Binder(
                ConfigurationPropertySources.get(environment), new PropertySourcesPlaceholdersResolver(environment));
    }

    private static StandardEnvironment environment(String key, String value) throws IOException {
        var environment = new StandardEnvironment();
        var sources = environment.getPropertySources();
        Stream.of("systemEnvironment", "systemProperties").forEach(sources::remove);
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(sources::addLast);
        if (!key.isEmpty()) {
            sources.addFirst(new MapPropertySource("wrong", Map.of(key, value)));
        }
        ConfigurationPropertySources.attach(environment);
        return environment;
    }
}
