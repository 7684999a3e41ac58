package io.penstock.relay.line;

import io.penstock.wire.Refusal;

/** The upstream does not speak in this era's way; another one may be tried. Nothing was carried out. */
public final class OtherEra extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public OtherEra(Refusal refusal) {
        super(refusal.getMessage(), null, false, false);
        this.refusal = refusal;
    }

    /** What to tell where no other era is left to try. */
    public Refusal refusal() {
        return refusal;
    }
}
