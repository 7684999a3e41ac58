package io.penstock.setting;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * How the log is written. Logging is set up before settings are looked at, and takes an unknown format for text until this stops the start.
 *
 * @param format {@code text}; {@code json}, which is a JSON object a line as Logstash has it; or {@code ecs}, {@code gelf}, {@code logstash}
 */
@ConfigurationProperties("penstock.log")
record LogSettings(@DefaultValue("text") String format) {

    /** The keys of {@code log-formats} in {@code application.yaml}. */
    private static final List<String> FORMATS = List.of("text", "json", "ecs", "gelf", "logstash");

    LogSettings {
        if (!FORMATS.contains(format)) {
            throw new InvalidConfigurationPropertyValueException(
                    "penstock.log.format", format, "It must be one of " + String.join(", ", FORMATS) + ".");
        }
    }
}
