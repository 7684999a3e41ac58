package io.penstock.relay;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Calls to upstreams.
 *
 * @param answerTimeout how long an upstream may take to begin its answer, and again to finish one that is no stream; never longer than the
 *     whole call
 * @param callLimit {@code TOOL_TIMEOUT}: how long a call may take, whatever progress it reports; a number alone is in seconds
 * @param maxAnswer the largest answer, and the largest event of one that is a stream
 * @param sessionLifetime how long a session id is good for
 * @param resumable whether the events of a call's stream are written down before they are sent, so that a client can come back for them on
 *     any replica; concerns sessions that the gateway holds itself, because the others are resumed by their upstreams
 * @param headerPassthrough {@code ENABLE_HEADER_PASSTHROUGH}: whether the client's headers that a gateway names in {@code passthrough_headers}
 *     go to its upstream, with calls that go on in their client's revision
 */
@Validated
@ConfigurationProperties("penstock.relay")
public record RelaySettings(
        @DurationMin(millis = 1) @DefaultValue("5m") Duration answerTimeout,

        @DurationUnit(ChronoUnit.SECONDS) @DurationMin(millis = 1) @DefaultValue("1h")
        Duration callLimit,

        @NotNull @DefaultValue("16MB") DataSize maxAnswer,
        @DurationMin(seconds = 1) @DefaultValue("24h") Duration sessionLifetime,
        @DefaultValue("true") boolean resumable,
        @DefaultValue("false") boolean headerPassthrough) {

    public RelaySettings {
        boolean limited = callLimit.isPositive() && answerTimeout.compareTo(callLimit) > 0;
        answerTimeout = limited ? callLimit : answerTimeout;
        if (maxAnswer.toBytes() < 1) {
            throw new InvalidConfigurationPropertyValueException(
                    "penstock.relay.max-answer", null, "It must be a size above 0, like 16MB.");
        }
    }
}
