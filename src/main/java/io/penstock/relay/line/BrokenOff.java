package io.penstock.relay.line;

import io.penstock.wire.Refusal;

/** An answer that had begun ended without its end; where the upstream marked the place, it can be taken up again. */
public final class BrokenOff extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    BrokenOff(Refusal refusal) {
        super(refusal.getMessage(), null, false, false);
        this.refusal = refusal;
    }

    /** What to tell where it is not taken up again. */
    public Refusal refusal() {
        return refusal;
    }
}
