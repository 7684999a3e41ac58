package io.penstock.catalog;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Gateways for tests, as if just registered. */
public final class SampleGateways {

    private SampleGateways() {}

    public static Gateway at(URI url, Transport transport, String authType) {
        var auth = new Gateway.SealedAuth(java.util.UUID.randomUUID(), authType, "{}", new byte[0]);
        return new Gateway(
                UUID.randomUUID(),
                "sample",
                "sample",
                url,
                null,
                transport,
                auth,
                null,
                Visibility.PUBLIC,
                null,
                "ada",
                List.of(),
                List.of(),
                null,
                DriftPolicy.WARN,
                false,
                true,
                Gateway.Status.UNSEEN,
                Instant.EPOCH,
                Instant.EPOCH,
                1);
    }

    /** The same after somebody changed something of it. */
    public static Gateway changed(Gateway gateway) {
        return new Gateway(
                gateway.id(),
                gateway.name(),
                gateway.slug(),
                gateway.url(),
                "changed",
                gateway.transport(),
                gateway.auth(),
                gateway.tls(),
                gateway.visibility(),
                gateway.teamId(),
                gateway.owner(),
                gateway.tags(),
                gateway.passthroughHeaders(),
                gateway.checkInterval(),
                gateway.driftPolicy(),
                gateway.repeatIdempotentCalls(),
                gateway.enabled(),
                gateway.status(),
                gateway.createdAt(),
                gateway.updatedAt(),
                gateway.version() + 1);
    }

    /** What was seen of it, when it was well. */
    public static Gateway seen(Gateway gateway, String protocolVersion, String transport) {
        return gateway.with(new Gateway.Status(
                new Gateway.Condition(true, 0, null, protocolVersion, transport, "{}", null),
                Instant.EPOCH,
                Instant.EPOCH,
                null));
    }

    /** One that was heard to declare these capabilities. */
    public static Gateway declaring(Gateway gateway, String capabilities) {
        return gateway.with(new Gateway.Status(
                new Gateway.Condition(true, 0, null, "2025-11-25", "streamable_http", capabilities, null),
                Instant.EPOCH,
                Instant.EPOCH,
                null));
    }
}
