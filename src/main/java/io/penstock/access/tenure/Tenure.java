package io.penstock.access.tenure;

import io.penstock.access.Permit;
import io.penstock.loop.Cut;

/** The time for which a permitted call may go on; it is {@link #off cut off} with a {@code Refusal}. */
public final class Tenure extends Cut {

    private final Permit permit;
    private final boolean part;

    /** @param part whether it is of a part of what another tenure of that permit is for */
    Tenure(Permit permit, boolean part) {
        this.permit = permit;
        this.part = part;
    }

    boolean isPart() {
        return part;
    }

    Permit permit() {
        return permit;
    }
}
