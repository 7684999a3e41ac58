package io.penstock.relay.bridge;

import io.penstock.access.Permit;
import io.penstock.relay.Repetitions;
import io.penstock.relay.breaker.Breakers;
import io.penstock.relay.leg.Leg;
import io.penstock.wire.JsonParts;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Which calls may be sent again when their upstream breaks off before its result: those of tools that are annotated as idempotent or as
 * reading only, where the gateway's operator allows it.
 */
@Component
final class Repeats {

    private final CalledTools tools;
    private final Repetitions repetitions;
    private final Breakers breakers;

    Repeats(CalledTools tools, Repetitions repetitions, Breakers breakers) {
        this.tools = tools;
        this.repetitions = repetitions;
        this.breakers = breakers;
    }

    /** What to run before the call is sent again, which throws where that is too often; null where it must not be. */
    @Nullable
    Runnable of(Permit permit) {
        return permit.gateway().repeatIdempotentCalls() && isSafe(tools.definition(permit))
                ? () -> {
                    breakers.repeating(permit.gateway());
                    repetitions.repeated(permit);
                }
                : null;
    }

    private static boolean isSafe(@Nullable String definition) {
        String annotations = JsonParts.member(definition, "annotations");
        return "true".equals(JsonParts.member(annotations, "idempotentHint"))
                || "true".equals(JsonParts.member(annotations, "readOnlyHint"));
    }

    /** The leg for the call that this permits. */
    Leg over(Leg leg, Permit permit) {
        var repeating = of(permit);
        return repeating == null ? leg : new RepeatingLeg(leg, repeating);
    }
}
