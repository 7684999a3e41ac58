package io.penstock.ingress;

import io.penstock.wire.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/** Whether the gateway has more to do than it can. To be asked once for each call, before anything is done for it. */
public interface Pressure {

    /** The reason to turn the call away; null where it may begin. Whoever asks does turn it away. */
    @Nullable
    Reason refuse();
}
