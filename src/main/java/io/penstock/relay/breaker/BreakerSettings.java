package io.penstock.relay.breaker;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When an upstream that fails is not called for a while, on each replica. What callers do wrong never counts, nor does what a tool answers.
 *
 * @param calls how many of the last calls are looked at; the calls stop when so many were made since the first failure
 * @param failureRate from which percentage of failures among them the calls stop
 * @param pause how long none is let through then, and a sixth of how long those that are let through after it may say nothing
 * @param probes how many are let through after it, to see whether the upstream is back
 * @param repeats how many calls that an upstream broke off may be sent again in ten seconds, of those that may be sent again at all
 */
@Validated
@ConfigurationProperties("penstock.breaker")
public record BreakerSettings(
        @Min(2) @Max(10_000) @DefaultValue("20") int calls,
        @Min(1) @Max(100) @DefaultValue("50") int failureRate,
        @DurationMin(millis = 1) @DefaultValue("5s") Duration pause,
        @Min(1) @DefaultValue("3") int probes,
        @Min(0) @DefaultValue("20") int repeats) {}
