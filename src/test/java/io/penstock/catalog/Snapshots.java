package io.penstock.catalog;

import static java.util.stream.Collectors.toMap;

import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Snapshots for tests of other packages. */
public class Snapshots {

    /** A gateway of {@code owner@example.com}. */
    public static Gateway gateway(String name, Visibility visibility, String teamId, boolean enabled) {
        return new Gateway(
                UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                name,
                name,
                URI.create("https://mcp.example.com/" + name),
                null,
                Transport.AUTO,
                new Gateway.SealedAuth("none", "{}", new byte[0]),
                visibility,
                teamId,
                "owner@example.com",
                List.of(),
                List.of(),
                null,
                enabled,
                new Gateway.Status(null, 0, null, null, null, null, null, null, null, null),
                Instant.EPOCH,
                Instant.EPOCH,
                1);
    }

    public static Snapshot of(Gateway... gateways) {
        return new Snapshot(byId(gateways), Map.of());
    }

    /** A snapshot of one gateway with one feature switched off. */
    public static Snapshot without(Gateway gateway, Feature.Kind kind, String name) {
        return new Snapshot(byId(gateway), Map.of(gateway.id(), Set.of(new Snapshot.Off(kind, name))));
    }

    private static Map<UUID, Gateway> byId(Gateway... gateways) {
        return Arrays.stream(gateways).collect(toMap(Gateway::id, gateway -> gateway));
    }
}
