package io.penstock.ingress;

import java.util.function.BooleanSupplier;

/** Whose turn it is on one event loop. To be asked on the loop. */
public interface Turns {

    /** Whether a request may begin now; else it is to come {@link #later}. */
    boolean begins();

    /**
     * Has a request wait for its turn.
     *
     * @param begin has it begin, and tells whether it did: there may be nothing to begin any more
     */
    void later(BooleanSupplier begin);
}
