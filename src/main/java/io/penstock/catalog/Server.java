package io.penstock.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A virtual server: a chosen set of what upstreams offer, behind one MCP endpoint.
 *
 * @param slug the name in lower case, {@code [a-z0-9-]}; unique
 * @param teamId set where the visibility is {@link Visibility#TEAM}
 * @param version counts changes by users (the ETag)
 */
public record Server(
        UUID id,
        String name,
        String slug,
        @Nullable String description,
        Visibility visibility,
        @Nullable String teamId,
        String owner,
        List<String> tags,
        NameStyle nameStyle,
        boolean enabled,
        Chosen chosen,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    public Server {
        tags = List.copyOf(tags);
    }

    /** The same with this chosen for it. */
    public Server showing(Chosen other) {
        return new Server(
                id,
                name,
                slug,
                description,
                visibility,
                teamId,
                owner,
                tags,
                nameStyle,
                enabled,
                other,
                createdAt,
                updatedAt,
                version);
    }

    /**
     * What it shows, by id, each list sorted and without repeats.
     *
     * @param resources resources and resource templates
     * @param gateways gateways with all that they offer, now and later
     */
    public record Chosen(List<UUID> tools, List<UUID> resources, List<UUID> prompts, List<UUID> gateways) {

        public static final Chosen NOTHING = new Chosen(List.of(), List.of(), List.of(), List.of());

        public Chosen {
            tools = sorted(tools);
            resources = sorted(resources);
            prompts = sorted(prompts);
            gateways = sorted(gateways);
        }

        /** All features that are chosen one by one. */
        public List<UUID> features() {
            var features = new ArrayList<>(tools);
            features.addAll(resources);
            features.addAll(prompts);
            return features;
        }

        private static List<UUID> sorted(Collection<UUID> ids) {
            return ids.stream().distinct().sorted().toList();
        }
    }
}
