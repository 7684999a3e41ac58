package io.penstock.catalog;

/** How a virtual server names tools and prompts. */
public enum NameStyle {
    /** By their public names, which begin with the gateway's slug. */
    PREFIXED,
    /** As their upstreams do. */
    ORIGINAL
}
