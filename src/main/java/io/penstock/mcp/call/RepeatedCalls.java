package io.penstock.mcp.call;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.access.Permit;
import io.penstock.audit.Trail;
import io.penstock.relay.Repetitions;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** Counts the calls that are sent to their upstreams a second time, and notes each in the audit trail. */
@Component
final class RepeatedCalls implements Repetitions {

    private static final String DETAIL =
            "The upstream broke off before its result. The call was sent again, because the tool is annotated as"
                    + " idempotent or reading only and repeat_idempotent_calls is on";

    private final Trail trail;
    private final MeterRegistry registry;

    RepeatedCalls(Trail trail, MeterRegistry registry) {
        this.trail = trail;
        this.registry = registry;
    }

    @Override
    public void repeated(Permit permit) {
        var arrival = permit.arrival();
        var target = arrival.target();
        Counter.builder("penstock.calls.repeated")
                .description("Calls that were sent to their upstream again after it broke off")
                .tag("gateway", target.name())
                .register(registry)
                .increment();
        trail.note(new Trail.Entry(
                permit.caller().user(),
                permit.caller().source().text(),
                String.valueOf(Objects.requireNonNull(arrival.envelope()).method()),
                target.kind(),
                target.name(),
                Trail.Outcome.FAILED,
                DETAIL,
                arrival.request().correlationId()));
    }
}
