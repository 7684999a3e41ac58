package io.penstock.catalog;

/** How an upstream is spoken to. */
public enum Transport {
    /** Probed. */
    AUTO,
    /** HTTP+SSE, 2024-11-05. */
    SSE,
    /** Streamable HTTP, 2025-03-26 and later. */
    STREAMABLEHTTP
}
