package io.penstock.wire;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The MCP revisions that are spoken here, oldest first. */
public enum ProtocolVersion {
    V2024_11_05("2024-11-05", Era.HTTP_SSE),
    V2025_03_26("2025-03-26", Era.SESSIONS),
    V2025_06_18("2025-06-18", Era.SESSIONS),
    V2025_11_25("2025-11-25", Era.SESSIONS),
    V2026_07_28("2026-07-28", Era.STATELESS);

    /** How a revision uses HTTP. */
    public enum Era {
        /** 2024-11-05: a GET stream that names an endpoint for POSTs. */
        HTTP_SSE,
        /** 2025 revisions: one endpoint, {@code initialize} and a session. */
        SESSIONS,
        /** 2026-07-28: every POST stands for itself. */
        STATELESS
    }

    private final String text;
    private final Era era;

    ProtocolVersion(String text, Era era) {
        this.text = text;
        this.era = era;
    }

    public String text() {
        return text;
    }

    public Era era() {
        return era;
    }

    /** The revision of that name; null where it is not spoken here. */
    public static @Nullable ProtocolVersion find(String text) {
        for (var version : values()) {
            if (version.text.equals(text)) {
                return version;
            }
        }
        return null;
    }

    /** The names of the revisions with or without sessions, newest first. */
    public static List<String> supported(boolean stateless) {
        return Arrays.stream(values())
                .filter(version -> (version.era == Era.STATELESS) == stateless)
                .map(ProtocolVersion::text)
                .toList()
                .reversed();
    }
}
