package io.penstock.setting;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.stereotype.Component;

/**
 * Reads the two ports before anything is made of them. They are two: probes and metrics are not for clients, and that they are apart is decided
 * when the package is built.
 */
@Component
final class Ports implements BeanFactoryPostProcessor {

    private static final String CLIENTS = "server.port";
    private static final String MANAGEMENT = "management.server.port";
    private static final int HIGHEST = 65535;

    /** Throws {@link InvalidConfigurationPropertyValueException} for what is no port, and for one that is to be both. */
    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        var settings = Binder.get(beans.getBean(ConfigurableEnvironment.class));
        int port = port(settings, CLIENTS);
        if (port(settings, MANAGEMENT) == port && port != 0) {
            throw new InvalidConfigurationPropertyValueException(
                    MANAGEMENT,
                    port,
                    "It must be another port than that of clients: probes and metrics are not for them.");
        }
    }

    private static int port(Binder settings, String name) {
        Integer port = settings.bind(name, Integer.class).orElse(null);
        if (port == null || port < 0 || port > HIGHEST) {
            throw new InvalidConfigurationPropertyValueException(
                    name, port, "It must be a port, from 0 to " + HIGHEST + ".");
        }
        return port;
    }
}
