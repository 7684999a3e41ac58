package io.penstock.relay.dialogue;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * How long the gateway's own conversations with upstreams may take.
 *
 * @param requestTimeout for one answer, from connecting to its last byte
 * @param totalTimeout for a whole conversation, with every attempt to find out what the upstream speaks
 */
@ConfigurationProperties("penstock.dialogue")
record DialogueSettings(
        @DefaultValue("10s") Duration requestTimeout,
        @DefaultValue("60s") Duration totalTimeout) {

    DialogueSettings {
        requirePositive("penstock.dialogue.request-timeout", requestTimeout);
        requirePositive("penstock.dialogue.total-timeout", totalTimeout);
    }

    private static void requirePositive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new InvalidConfigurationPropertyValueException(
                    key, value, "It must be longer than nothing, like 10s");
        }
    }
}
