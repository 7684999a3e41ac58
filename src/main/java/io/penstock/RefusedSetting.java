package io.penstock;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/**
 * Says in one line which setting stopped the start and what would be right. It comes before Spring Boot's own analyzer, which would look the
 * setting up and print its value: a secret, often.
 */
class RefusedSetting extends AbstractFailureAnalyzer<InvalidConfigurationPropertyValueException> implements Ordered {

    @Override
    protected FailureAnalysis analyze(Throwable failure, InvalidConfigurationPropertyValueException cause) {
        return new FailureAnalysis(
                cause.getName() + ": " + cause.getReason(),
                "Set " + cause.getName() + " in the environment and start again.",
                cause);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
