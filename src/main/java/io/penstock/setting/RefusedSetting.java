package io.penstock.setting;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Says which setting stopped the start and what would be right. It comes before Spring Boot's own analyzer, which would look the setting up
 * and print its value: a secret, often.
 */
class RefusedSetting extends AbstractFailureAnalyzer<InvalidConfigurationPropertyValueException> implements Ordered {

    /** What Spring Boot says of the ports, which it reads before anything else. */
    private static final String NO_NUMBER = "Failed to convert to type java.lang.Integer";

    private final SettingNames names;

    RefusedSetting(@Nullable Environment environment) {
        this.names = new SettingNames(environment);
    }

    @Override
    protected FailureAnalysis analyze(Throwable failure, InvalidConfigurationPropertyValueException cause) {
        var reason = String.valueOf(cause.getReason());
        return new FailureAnalysis(
                names.of(cause.getName()) + ": " + (reason.equals(NO_NUMBER) ? "It must be a whole number." : reason),
                "",
                cause);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
