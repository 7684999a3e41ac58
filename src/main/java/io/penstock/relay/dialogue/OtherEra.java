package io.penstock.relay.dialogue;

import io.penstock.wire.Refusal;

/** The upstream does not speak in this era's way; another one may be tried. */
final class OtherEra extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    OtherEra(Refusal refusal) {
        super(refusal.getMessage(), null, false, false);
        this.refusal = refusal;
    }

    /** What to tell where no other era is left to try. */
    Refusal refusal() {
        return refusal;
    }
}
