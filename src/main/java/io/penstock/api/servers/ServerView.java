package io.penstock.api.servers;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Server;
import io.penstock.catalog.Server.Chosen;
import io.penstock.catalog.snapshot.Showing;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A virtual server as clients read it: what was chosen, and how much of it they can call. */
record ServerView(
        UUID id,
        String name,
        String slug,
        @Nullable String description,
        List<UUID> tools,
        List<UUID> resources,
        List<UUID> prompts,
        List<UUID> gateways,
        String nameStyle,
        String visibility,
        @Nullable String teamId,
        String owner,
        List<String> tags,
        boolean enabled,
        String mcpUrl,
        int toolCount,
        int resourceCount,
        int promptCount,
        List<Hidden> hidden,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /** Something that is chosen and not shown. */
    record Hidden(String kind, String name, UUID gatewayId, String federationSource, String reason) {

        static Hidden of(Showing.Hidden hidden) {
            return new Hidden(
                    hidden.kind().name().toLowerCase(Locale.ROOT),
                    hidden.name(),
                    hidden.gateway().id(),
                    hidden.gateway().name(),
                    reason(hidden));
        }

        private static String reason(Showing.Hidden hidden) {
            return switch (hidden.why()) {
                case NAME_TAKEN -> {
                    var shown = hidden.shown();
                    yield "gateway \"" + (shown == null ? "" : shown.name()) + "\" had that name first";
                }
                case UNREADABLE -> "its definition is not one JSON object that every parser reads alike";
                case HELD -> "its upstream changed it, and nobody has approved the change";
            };
        }
    }

    /**
     * @param seen what of the chosen the caller sees
     * @param showing what the caller can call of it; null before it is in memory
     */
    static ServerView of(Server server, Chosen seen, @Nullable Showing showing, String mcpUrl) {
        return new ServerView(
                server.id(),
                server.name(),
                server.slug(),
                server.description(),
                seen.tools(),
                seen.resources(),
                seen.prompts(),
                seen.gateways(),
                server.nameStyle().name().toLowerCase(Locale.ROOT),
                server.visibility().name().toLowerCase(Locale.ROOT),
                server.teamId(),
                server.owner(),
                server.tags(),
                server.enabled(),
                mcpUrl,
                count(showing, Feature.Kind.TOOL),
                count(showing, Feature.Kind.RESOURCE) + count(showing, Feature.Kind.RESOURCE_TEMPLATE),
                count(showing, Feature.Kind.PROMPT),
                showing == null
                        ? List.of()
                        : showing.hidden().stream().map(Hidden::of).toList(),
                server.createdAt(),
                server.updatedAt(),
                server.version());
    }

    private static int count(@Nullable Showing showing, Feature.Kind kind) {
        return showing == null ? 0 : showing.count(kind);
    }
}
