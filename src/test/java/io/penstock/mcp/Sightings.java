package io.penstock.mcp;

import static org.awaitility.Awaitility.await;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import java.time.Duration;

/** What a check would have seen: an upstream that speaks the client's own revision is not translated for. */
final class Sightings {

    private static final Duration LONG = Duration.ofSeconds(30);

    private Sightings() {}

    /** Lets the registered gateway be a healthy upstream of 2026-07-28, which may speak the revisions with sessions too. */
    static void seen(Gateways gateways, Gateway registered) {
        var both = new Gateway.Condition(true, 0, null, "2026-07-28", "streamable_http", "{}", null);
        // a check of the gateway's own may be under way, and then nothing else is written
        await().atMost(LONG)
                .until(() -> gateways.checked(
                                registered, both, Gateways.Heard.offers(Long.MAX_VALUE), Duration.ofHours(1))
                        .then(gateways.find(registered.id()))
                        .map(found ->
                                "2026-07-28".equals(found.status().condition().protocolVersion()))
                        .block(LONG));
    }
}
