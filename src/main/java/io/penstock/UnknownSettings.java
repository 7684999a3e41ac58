package io.penstock;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A property of the gateway's own that there is not stops the start, before anything is bound or opened: whoever misspells one would have its
 * default and not know. One of the environment is warned of, since Kubernetes sets variables there for every service whose name begins like
 * the gateway's. Below a list of several fields any name is taken.
 */
@Component
final class UnknownSettings implements BeanFactoryPostProcessor {

    private static final Logger LOG = LoggerFactory.getLogger(UnknownSettings.class);
    private static final String CLASS = "io/penstock/UnknownSettings.class";
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final String OWN = "penstock";
    private static final String REASON = "There is no such setting.";

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        var properties = properties();
        Set<String> known = names(properties.stream());
        Set<String> lists = names(properties.stream()
                .filter(property -> property.path("type").asString("").startsWith(List.class.getName())));
        for (PropertySource<?> source :
                beans.getBean(ConfigurableEnvironment.class).getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> listed) {
                boolean variables = source instanceof SystemEnvironmentPropertySource;
                Arrays.stream(listed.getPropertyNames())
                        .filter(name -> name.regionMatches(true, 0, OWN + (variables ? "_" : "."), 0, OWN.length() + 1))
                        .filter(name ->
                                !known.contains(uniform(name)) && lists.stream().noneMatch(uniform(name)::startsWith))
                        .forEach(name -> tell(name, variables));
            }
        }
    }

    private static void tell(String name, boolean variable) {
        if (!variable) {
            throw new InvalidConfigurationPropertyValueException(name, null, REASON);
        }
        LOG.warn("{}: {}", name, REASON);
    }

    private static Set<String> names(Stream<JsonNode> properties) {
        return properties
                .map(property -> uniform(property.path("name").asString("")))
                .collect(Collectors.toSet());
    }

    /** What a name has in common with all other ways to write it. */
    private static String uniform(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** What the compiler found of them, beside this class: libraries have files of the same name. */
    private static List<JsonNode> properties() {
        String here = Objects.requireNonNull(UnknownSettings.class.getResource("/" + CLASS))
                .toString();
        try (InputStream metadata =
                URI.create(here.replace(CLASS, METADATA)).toURL().openStream()) {
            return List.copyOf(
                    JsonMapper.shared().readTree(metadata).path("properties").values());
        } catch (IOException e) {
            throw new UncheckedIOException(METADATA, e);
        }
    }
}
