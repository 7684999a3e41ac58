package io.penstock.setting;

import io.penstock.setting.Refusals.Refused;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Settings that other MCP gateways have, with a value that this one does not meet: whoever brings them along is told what to set instead. A
 * value that is met whatever is set is not spoken of.
 */
@Component
final class UnmetSettings implements BeanFactoryPostProcessor {

    private static final Logger LOG = LoggerFactory.getLogger(UnmetSettings.class);

    /**
     * One of them.
     *
     * @param values what it must not be, in lower case
     * @param stops whether nobody could use the gateway as its operator means it
     */
    private record Unmet(String name, Set<String> values, boolean stops, String instead) {

        boolean isGiven(Environment environment) {
            var value = environment.getProperty(name);
            return value != null && values.contains(value.strip().toLowerCase(Locale.ROOT));
        }
    }

    private static final List<Unmet> ALL = List.of(
            new Unmet(
                    "AUTH_REQUIRED",
                    Set.of("false", "0", "no", "off"),
                    true,
                    "Nothing here is open to callers without an identity: leave it out. Behind a proxy that signs users in, set"
                            + " MCP_CLIENT_AUTH_ENABLED=false with TRUST_PROXY_AUTH=true."),
            new Unmet(
                    "ENVIRONMENT",
                    Set.of("development"),
                    false,
                    "Nothing is laxer in development: name the origins of local pages in ALLOWED_ORIGINS, and further host"
                            + " names in APP_DOMAIN."));

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        var environment = beans.getBean(ConfigurableEnvironment.class);
        var given = ALL.stream().filter(unmet -> unmet.isGiven(environment)).toList();
        given.stream()
                .filter(unmet -> !unmet.stops())
                .forEach(unmet -> LOG.warn("{}: {}", unmet.name(), unmet.instead()));
        var refused = given.stream()
                .filter(Unmet::stops)
                .map(unmet -> new Refused(unmet.name(), unmet.instead()))
                .toList();
        if (!refused.isEmpty()) {
            throw Refusals.of(refused, "");
        }
    }
}
