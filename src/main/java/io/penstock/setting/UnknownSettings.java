package io.penstock.setting;

import io.penstock.setting.Refusals.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A property of the gateway's own that there is not stops the start, before anything is bound or opened: whoever misspells one would have its
 * default and not know. One of the environment is warned of, since Kubernetes sets variables there for every service whose name begins like
 * the gateway's. Below an element of a list any name is taken.
 */
@Component
final class UnknownSettings implements BeanFactoryPostProcessor {

    private static final Logger LOG = LoggerFactory.getLogger(UnknownSettings.class);
    private static final ConfigurationPropertyName OWN = ConfigurationPropertyName.of("penstock");
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final String REASON = "There is no such setting.";

    private final Set<ConfigurationPropertyName> known = new HashSet<>();
    private final Set<ConfigurationPropertyName> lists = new HashSet<>();

    UnknownSettings() {
        for (JsonNode property : properties()) {
            var name = ConfigurationPropertyName.of(property.path("name").asString(""));
            known.add(name);
            if (property.path("type").asString("").startsWith(List.class.getName())) {
                lists.add(name);
            }
        }
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        var environment = beans.getBean(ConfigurableEnvironment.class);
        var names = new SettingNames(environment);
        var refused = new TreeSet<String>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.from(environment.getPropertySources())) {
            if (source instanceof IterableConfigurationPropertySource listed) {
                var unknown = listed.stream()
                        .filter(name -> OWN.isAncestorOf(name) && !isKnown(name))
                        .map(name -> names.of(name.toString()))
                        .toList();
                if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource) {
                    unknown.forEach(name -> LOG.warn("{}: {}", name, REASON));
                } else {
                    refused.addAll(unknown);
                }
            }
        }
        if (!refused.isEmpty()) {
            throw Refusals.of(
                    refused.stream().map(name -> new Refused(name, REASON)).toList(), "");
        }
    }

    /** Names of sections are: an empty section of a file is a property without a value. */
    private boolean isKnown(ConfigurationPropertyName name) {
        return known.contains(name)
                || known.stream().anyMatch(name::isAncestorOf)
                || lists.stream()
                        .anyMatch(list -> list.isAncestorOf(name) && name.isNumericIndex(list.getNumberOfElements()));
    }

    /** What the compiler found of them. Libraries have files of the same name; the gateway's own is told by what is in it. */
    private static List<JsonNode> properties() {
        try {
            for (URL each :
                    Collections.list(UnknownSettings.class.getClassLoader().getResources(METADATA))) {
                JsonNode metadata = read(each);
                if (metadata.path("groups")
                        .valueStream()
                        .anyMatch(group -> isOwn(group.path("name").asString("")))) {
                    return List.copyOf(metadata.path("properties").values());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(METADATA, e);
        }
        throw new IllegalStateException("The gateway was built without its " + METADATA);
    }

    private static boolean isOwn(String group) {
        return group.startsWith(OWN + ".");
    }

    private static JsonNode read(URL metadata) throws IOException {
        try (InputStream text = metadata.openStream()) {
            return JsonMapper.shared().readTree(text);
        }
    }
}
