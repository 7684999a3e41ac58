package io.penstock.catalog.snapshot;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Server;
import io.penstock.catalog.Slug;
import io.penstock.catalog.Transport;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.database.FeatureNames;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Snapshots for tests of other packages. */
public class Snapshots {

    /** A gateway of {@code owner@example.com}. */
    public static Gateway gateway(String name, Visibility visibility, String teamId, boolean enabled) {
        return gateway(name, visibility, teamId, enabled, "owner@example.com");
    }

    /** Somebody's private gateway. */
    public static Gateway owned(String name, String owner) {
        return gateway(name, Visibility.PRIVATE, null, true, owner);
    }

    private static Gateway gateway(String name, Visibility visibility, String teamId, boolean enabled, String owner) {
        return new Gateway(
                UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                name,
                name,
                URI.create("https://mcp.example.com/" + name),
                null,
                Transport.AUTO,
                new Gateway.SealedAuth(java.util.UUID.randomUUID(), "none", "{}", new byte[0]),
                null,
                visibility,
                teamId,
                owner,
                List.of(),
                List.of(),
                null,
                DriftPolicy.WARN,
                false,
                enabled,
                Gateway.Status.UNSEEN,
                Instant.EPOCH,
                Instant.EPOCH,
                1);
    }

    public static Snapshot of(Gateway... gateways) {
        return Snapshot.of(List.of(gateways), List.of(), List.of());
    }

    /** A snapshot of one gateway with one feature switched off. */
    public static Snapshot without(Gateway gateway, Feature.Kind kind, String name) {
        return Snapshot.of(List.of(gateway), List.of(), List.of(offered(off(feature(gateway, kind, name)))));
    }

    /** A snapshot of one gateway that holds what it changes, with one feature that it changed. */
    public static Snapshot held(Gateway gateway, Feature.Kind kind, String name) {
        return Snapshot.of(
                List.of(SampleGateways.holding(gateway)),
                List.of(),
                List.of(offered(changed(feature(gateway, kind, name)))));
    }

    /** A snapshot of one gateway that offers one tool. */
    public static Snapshot tool(Gateway gateway, String name, String definition) {
        var tool = feature(gateway, Feature.Kind.TOOL, gateway.slug() + "-" + name, name, definition);
        return Snapshot.of(List.of(gateway), List.of(), List.of(offered(tool)));
    }

    /** A snapshot of virtual servers over what gateways offer. */
    public static Snapshot of(List<Gateway> gateways, List<Server> servers, List<Feature> features) {
        return Snapshot.of(
                gateways, servers, features.stream().map(Snapshots::offered).toList());
    }

    /** A virtual server of {@code owner@example.com}. */
    public static Server server(String name, Visibility visibility, NameStyle style, Server.Chosen chosen) {
        return new Server(
                UUID.nameUUIDFromBytes(("server " + name).getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                name,
                Slug.of(name),
                null,
                visibility,
                visibility == Visibility.TEAM ? "team-alpha" : null,
                "owner@example.com",
                List.of(),
                style,
                true,
                chosen,
                Instant.EPOCH,
                Instant.EPOCH,
                1);
    }

    /** That server, switched off. */
    public static Server off(Server server) {
        return new Server(
                server.id(),
                server.name(),
                server.slug(),
                server.description(),
                server.visibility(),
                server.teamId(),
                server.owner(),
                server.tags(),
                server.nameStyle(),
                false,
                server.chosen(),
                server.createdAt(),
                server.updatedAt(),
                server.version());
    }

    /** What a gateway offers, switched on and approved, with a definition that holds its name and its gateway's. */
    public static Feature feature(Gateway gateway, Feature.Kind kind, String originalName) {
        var name = FeatureNames.named(kind) ? gateway.slug() + "-" + originalName : originalName;
        var member = switch (kind) {
            case TOOL, PROMPT -> "name";
            case RESOURCE -> "uri";
            case RESOURCE_TEMPLATE -> "uriTemplate";
        };
        return feature(
                gateway,
                kind,
                name,
                originalName,
                "{\"%s\":\"%s\",\"title\": \"of %s\"}".formatted(member, originalName, gateway.name()));
    }

    /** As {@link #feature(Gateway, Feature.Kind, String)}, with a definition of the test's own. */
    static Feature feature(Gateway gateway, Feature.Kind kind, String name, String originalName, String definition) {
        return new Feature(
                UUID.nameUUIDFromBytes((gateway.id() + " " + kind + " " + originalName)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                kind,
                name,
                originalName,
                definition,
                "hash",
                true,
                true,
                List.of(),
                gateway,
                Instant.EPOCH,
                Instant.EPOCH,
                1);
    }

    /** The same, found at that time. */
    static Feature found(Instant at, Feature feature) {
        return new Feature(
                feature.id(),
                feature.kind(),
                feature.name(),
                feature.originalName(),
                feature.definition(),
                feature.hash(),
                feature.enabled(),
                feature.approved(),
                feature.tags(),
                feature.gateway(),
                at,
                at,
                feature.version());
    }

    /** The same, switched off. */
    public static Feature off(Feature feature) {
        return with(feature, false, feature.approved());
    }

    /** The same, changed and not approved. */
    static Feature changed(Feature feature) {
        return with(feature, feature.enabled(), false);
    }

    private static Feature with(Feature feature, boolean enabled, boolean approved) {
        return new Feature(
                feature.id(),
                feature.kind(),
                feature.name(),
                feature.originalName(),
                feature.definition(),
                feature.hash(),
                enabled,
                approved,
                feature.tags(),
                feature.gateway(),
                feature.createdAt(),
                feature.updatedAt(),
                feature.version());
    }

    private static Offered offered(Feature feature) {
        return new Offered(
                feature.id(),
                feature.gateway().id(),
                feature.kind(),
                feature.name(),
                feature.originalName(),
                feature.hash(),
                feature.createdAt(),
                feature.enabled(),
                feature.approved(),
                false,
                feature.definition(),
                Offered.renamed(feature.kind(), feature.name(), feature.definition()));
    }
}
