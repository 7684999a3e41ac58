package io.penstock.catalog;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What upstreams offer, as rows. */
public interface Features {

    /** A definition as an upstream gave it. */
    record Discovered(String originalName, String definition) {}

    /** How many rows a discovery changed. */
    record Outcome(int added, int updated, int removed) {}

    /** Newest first, as {@link Gateways#list}. */
    Flux<Feature> list(Feature.Kind kind, Viewer viewer, Filter filter, int limit, @Nullable Cursor before);

    /** Empty where there is none of that kind. */
    Mono<Feature> find(Feature.Kind kind, UUID id);

    /** Error: {@code Stale}; empty where there is none. */
    Mono<Feature> update(Feature.Kind kind, UUID id, boolean enabled, List<String> tags, long version);

    /** Approves the definition that it has at that version. Error: {@code Stale}; empty where there is none. */
    Mono<Feature> approve(Feature.Kind kind, UUID id, long version);

    /** True where there was one; error: {@code Stale}. A later discovery finds it again; to keep it away, disable it. */
    Mono<Boolean> delete(Feature.Kind kind, UUID id, long version);

    /**
     * Replaces what a gateway offers of one kind, in one transaction; a changed definition is recorded as {@code DRIFT}. Where what a later
     * reading found is there by then, nothing is replaced.
     *
     * @param reading what {@link Gateways#beginReading} gave before the first of it was read
     */
    Mono<Outcome> replace(Gateway gateway, Feature.Kind kind, List<Discovered> discovered, long reading);

    /** How many tools, resources (with templates) and prompts each of these gateways offers; without those that offer nothing. */
    Mono<Map<UUID, Counts>> counts(Collection<UUID> gatewayIds);

    record Counts(int tools, int resources, int prompts) {

        public static final Counts NONE = new Counts(0, 0, 0);
    }
}
