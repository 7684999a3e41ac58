package io.penstock.catalog;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one virtual server shows to one viewer: immutable, made from a snapshot, the same on every replica.
 *
 * @param name the virtual server's name
 * @param gateways the upstreams behind it that are switched on and visible to the viewer, by slug
 * @param features what is shown of each kind, by its name here; every kind has an entry
 */
public record Showing(String name, List<Gateway> gateways, Map<Feature.Kind, Map<String, Shown>> features) {

    public Showing {
        gateways = List.copyOf(gateways);
    }

    /**
     * One tool, resource, resource template or prompt as it is shown.
     *
     * @param name its name here; of a resource its URI, of a template its URI template
     * @param originalName its upstream's name for it
     * @param definition the definition as JSON text, with the name it has here
     */
    public record Shown(String name, String originalName, Gateway gateway, String definition) {}

    /** The thing of that name here; null where none is shown. */
    public @Nullable Shown find(Feature.Kind kind, String shownName) {
        return features.getOrDefault(kind, Map.of()).get(shownName);
    }
}
