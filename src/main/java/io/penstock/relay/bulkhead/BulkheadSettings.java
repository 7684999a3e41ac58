package io.penstock.relay.bulkhead;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many calls are under way at each upstream, on each replica. Streams that stay open for as long as a client likes do not count.
 *
 * @param inFlight {@code TOOL_CONCURRENT_LIMIT}: the calls at one upstream at a time; more wait for their turn
 * @param inFlightPerCaller the calls of one caller at one upstream at a time; 0 for three quarters of all, so that nobody shuts the others out
 * @param waiting how many may wait at one upstream
 * @param waitingPerCaller how many of one caller's may wait there; 0 for three quarters of all
 * @param longestWait how long a call waits before it is refused
 */
@Validated
@ConfigurationProperties("penstock.bulkhead")
public record BulkheadSettings(
        @Min(1) @DefaultValue("256") int inFlight,
        @Min(0) @DefaultValue("0") int inFlightPerCaller,
        @Min(0) @DefaultValue("1024") int waiting,
        @Min(0) @DefaultValue("0") int waitingPerCaller,
        @DurationMin(millis = 1) @DefaultValue("10s") Duration longestWait) {

    public BulkheadSettings {
        inFlightPerCaller = share(inFlightPerCaller, inFlight);
        waitingPerCaller = share(waitingPerCaller, waiting);
    }

    private static int share(int set, int all) {
        int most = Math.max(0, all); // fewer than none is refused, by the name of what was set
        return set == 0 ? most - most / 4 : Math.min(set, most);
    }
}
