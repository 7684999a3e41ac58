package io.penstock.catalog.snapshot;

/** Why a feature cannot be used though its upstream may answer to it. */
public enum Barred {
    /** An operator switched it off. */
    OFF,
    /** Its definition changed, and nobody has approved the change. */
    HELD
}
