package io.penstock.mcp;

import io.penstock.catalog.Gateway;
import java.time.Instant;

/** What a check would have seen: an upstream that speaks the client's own revision is not translated for. */
final class Sightings {

    private Sightings() {}

    /** A healthy upstream of 2026-07-28, which may speak the revisions with sessions too. */
    static Gateway.Status both() {
        var now = Instant.now();
        return new Gateway.Status(true, 0, null, now, now, "2026-07-28", "streamable_http", "{}", null, now);
    }
}
