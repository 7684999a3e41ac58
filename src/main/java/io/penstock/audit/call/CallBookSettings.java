package io.penstock.audit.call;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The record of calls.
 *
 * @param keep how long calls are on record; 0 to record none
 * @param pause between two writes of what was counted
 */
@ConfigurationProperties("penstock.calls")
public record CallBookSettings(
        @DefaultValue("30d") Duration keep,
        @DefaultValue("2s") Duration pause) {

    public CallBookSettings {
        if (keep.isNegative()) {
            throw new InvalidConfigurationPropertyValueException(
                    "penstock.calls.keep", keep, "It must be a duration like 30d, or 0 to record no calls.");
        }
        if (pause.isNegative() || pause.isZero()) {
            throw new InvalidConfigurationPropertyValueException(
                    "penstock.calls.pause", pause, "It must be a duration like 2s.");
        }
    }

    boolean records() {
        return !keep.isZero();
    }
}
