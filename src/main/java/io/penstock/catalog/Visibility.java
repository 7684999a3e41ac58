package io.penstock.catalog;

/** Who sees a gateway and what it offers. */
public enum Visibility {
    /** Every authenticated caller. */
    PUBLIC,
    /** The members of its team. */
    TEAM,
    /** Its owner. */
    PRIVATE
}
