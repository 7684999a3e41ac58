package io.penstock.catalog;

/** What becomes of a tool, resource or prompt whose definition its upstream changed. */
public enum DriftPolicy {
    /** It goes on, and the change is recorded. */
    WARN,
    /** It is neither shown nor called until somebody approves the change. */
    HOLD
}
