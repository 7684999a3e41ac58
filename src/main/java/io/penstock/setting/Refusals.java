package io.penstock.setting;

import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Names all the settings that stop a start, so that they need not be found one start after the other. */
final class Refusals {

    /**
     * @param setting as operators know it
     * @param reason a sentence that does not repeat the value
     */
    record Refused(String setting, String reason) {}

    private Refusals() {}

    /**
     * @param refused not empty
     * @param rule a sentence on all of them; empty for none
     */
    static InvalidConfigurationPropertyValueException of(List<Refused> refused, String rule) {
        var others = refused.stream().skip(1).map(one -> " " + one.setting() + ": " + one.reason());
        return new InvalidConfigurationPropertyValueException(
                refused.getFirst().setting(),
                null,
                refused.getFirst().reason() + others.collect(Collectors.joining()) + rule);
    }
}
