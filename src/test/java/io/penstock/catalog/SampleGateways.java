package io.penstock.catalog;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gateways for tests, as if just registered. */
public final class SampleGateways {

    private SampleGateways() {}

    public static Gateway at(URI url, Transport transport, String authType) {
        var auth = new Gateway.SealedAuth(UUID.randomUUID(), authType, "{}", new byte[0]);
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
        return with(
                gateway,
                "changed",
                gateway.passthroughHeaders(),
                gateway.driftPolicy(),
                gateway.repeatIdempotentCalls(),
                gateway.version() + 1);
    }

    /** One that wants these headers of its clients. */
    public static Gateway passing(List<String> headers) {
        var gateway = at(URI.create("http://upstream/mcp"), Transport.STREAMABLEHTTP, "none");
        return with(gateway, null, headers, gateway.driftPolicy(), false, 1);
    }

    /** One that holds what its upstream changes. */
    public static Gateway holding(Gateway gateway) {
        return with(
                gateway,
                gateway.description(),
                gateway.passthroughHeaders(),
                DriftPolicy.HOLD,
                gateway.repeatIdempotentCalls(),
                gateway.version());
    }

    /** One whose idempotent calls are repeated, or not. */
    public static Gateway repeating(Gateway gateway, boolean repeats) {
        return with(
                gateway,
                gateway.description(),
                gateway.passthroughHeaders(),
                gateway.driftPolicy(),
                repeats,
                gateway.version());
    }

    private static Gateway with(
            Gateway gateway,
            @Nullable String description,
            List<String> passthroughHeaders,
            DriftPolicy driftPolicy,
            boolean repeats,
            long version) {
        return new Gateway(
                gateway.id(),
                gateway.name(),
                gateway.slug(),
                gateway.url(),
                description,
                gateway.transport(),
                gateway.auth(),
                gateway.tls(),
                gateway.visibility(),
                gateway.teamId(),
                gateway.owner(),
                gateway.tags(),
                passthroughHeaders,
                gateway.checkInterval(),
                driftPolicy,
                repeats,
                gateway.enabled(),
                gateway.status(),
                gateway.createdAt(),
                gateway.updatedAt(),
                version);
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
