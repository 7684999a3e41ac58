package io.penstock.ingress.overload;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When this replica turns calls away because it has more to do than it can.
 *
 * @param delay how late an event loop may be, or how long a call may wait for its turn on it, over a tenth of a second and more, before it turns
 *     a part of the calls away; 0 for any
 * @param memory the part of the heap that may be in use after a collection, and of the direct memory, in percent; beyond it no call and no
 *     stream begins; 100 for all of it
 */
@Validated
@ConfigurationProperties("penstock.overload")
public record OverloadSettings(
        @DurationMin @DefaultValue("500ms") Duration delay,
        @Min(1) @Max(100) @DefaultValue("90") int memory) {}
