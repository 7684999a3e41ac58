package io.penstock.api.features;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.NeedsOfKind;
import io.penstock.api.entrance.Offers;
import io.penstock.api.entrance.Triable;
import io.penstock.api.entrance.Visible;
import io.penstock.api.input.Body;
import io.penstock.api.input.Fields;
import io.penstock.api.input.Ids;
import io.penstock.api.input.Objections;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.api.input.Tag;
import io.penstock.caller.Caller;
import io.penstock.catalog.Cursor;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * What upstreams offer: the routes that tools, resources, resource templates and prompts share. A subclass names the kind and its view.
 *
 * @param <V> how clients read a feature of the kind
 */
public abstract class FeatureController<V> {

    private static final Set<String> KNOWN = Set.of("enabled", "tags");
    private static final Set<String> OF_UPSTREAM = Set.of(
            "id",
            "name",
            "original_name",
            "uri",
            "uri_template",
            "mime_type",
            "gateway_id",
            "federation_source",
            "description",
            "input_schema",
            "output_schema",
            "annotations",
            "arguments",
            "visibility",
            "team_id",
            "healthy",
            "definition_hash",
            "approved",
            "created_at",
            "updated_at",
            "version",
            "owner");

    private final Reach reach;
    private final Function<Feature, V> view;
    private final Offers offers;
    private final Feature.Kind kind;

    FeatureController(Reach reach, Function<Feature, V> view) {
        this.reach = reach;
        this.view = view;
        this.offers = Objects.requireNonNull(getClass().getAnnotation(Offers.class));
        this.kind = offers.kind();
    }

    /** What every kind's routes work with. */
    @Component
    record Reach(Features features, Gate gate, Visible visible, Changing changing) {}

    @Operation(summary = "List what the gateways that the caller sees offer")
    @GetMapping
    @NeedsOfKind(NeedsOfKind.Verb.READ)
    Mono<ResponseEntity<List<V>>> list(Caller caller, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = parameters.cursor();
        var filter = parameters.featureFilter();
        parameters.close();
        return Page.of(
                reach.features().list(kind, reach.gate().viewer(caller, offers.read()), filter, limit + 1, before),
                feature -> feature.definition().length(),
                limit,
                request,
                feature -> new Cursor(feature.createdAt(), feature.id()),
                view);
    }

    @Operation(summary = "Read one")
    @GetMapping("/{id}")
    @NeedsOfKind(NeedsOfKind.Verb.READ)
    Mono<ResponseEntity<V>> read(Caller caller, @PathVariable String id) {
        return reach.visible().feature(caller, offers.read(), kind, id).map(this::answer);
    }

    @Operation(summary = "Switch one on or off, or tag it")
    @PatchMapping(
            path = "/{id}",
            consumes = {APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    @Triable
    @NeedsOfKind(NeedsOfKind.Verb.UPDATE)
    Mono<ResponseEntity<V>> patch(
            Caller caller, Request request, @PathVariable String id, Body body, ServerHttpRequest http) {
        var tree = body.object().cache();
        var attempt = current(caller, offers.update(), id, http)
                .flatMap(feature -> tree.map(given -> Change.of(given, feature))
                        .flatMap(change -> change(caller, request, feature, change)));
        return changed(http, attempt);
    }

    @Operation(summary = "Delete one until it is discovered again")
    @DeleteMapping("/{id}")
    @Triable
    @NeedsOfKind(NeedsOfKind.Verb.DELETE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        var attempt = current(caller, offers.delete(), id, http)
                .flatMap(feature -> reach.changing()
                        .runIfAny(
                                deed(caller, request, "delete"),
                                feature.id(),
                                reach.features().delete(kind, feature.id(), feature.version())));
        return Changing.deleted(http, Visible.name(kind), attempt);
    }

    @Operation(summary = "Switch one on or off")
    @PostMapping("/{id}/state")
    @Triable
    @NeedsOfKind(NeedsOfKind.Verb.UPDATE)
    Mono<ResponseEntity<V>> state(
            Caller caller, Request request, @PathVariable String id, Parameters parameters, ServerHttpRequest http) {
        var enabled = parameters.demandedFlag("activate");
        parameters.close();
        var attempt = current(caller, offers.update(), id, http)
                .flatMap(feature -> change(caller, request, feature, new Change(enabled, feature.tags())));
        return changed(http, attempt);
    }

    /** Not tried again without {@code If-Match}: another definition than the one that was read is not approved unseen. */
    @Operation(summary = "Approve the definition that it has now")
    @PostMapping("/{id}/approve")
    @NeedsOfKind(NeedsOfKind.Verb.UPDATE)
    Mono<ResponseEntity<V>> approve(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        return current(caller, offers.update(), id, http)
                .flatMap(feature -> reach.changing()
                        .run(
                                deed(caller, request, "approve"),
                                feature.id(),
                                reach.features().approve(kind, feature.id(), feature.version())))
                .switchIfEmpty(Mono.error(() -> Ids.absent(Visible.name(kind))))
                .map(this::answer);
    }

    private Mono<Feature> change(Caller caller, Request request, Feature feature, Change change) {
        var action = change.enabled() == feature.enabled() ? "update" : change.enabled() ? "enable" : "disable";
        return reach.changing()
                .run(
                        deed(caller, request, action),
                        feature.id(),
                        reach.features()
                                .update(kind, feature.id(), change.enabled(), change.tags(), feature.version()));
    }

    private Mono<ResponseEntity<V>> changed(ServerHttpRequest http, Mono<Feature> attempt) {
        return Changing.changed(http, Visible.name(kind), attempt).map(this::answer);
    }

    private Mono<Feature> current(Caller caller, Permission permission, String id, ServerHttpRequest http) {
        return reach.visible()
                .feature(caller, permission, kind, id)
                .doOnNext(feature -> Tag.demand(http, feature.version()));
    }

    private Deed deed(Caller caller, Request request, String action) {
        return new Deed(caller, request, action, kind.name().toLowerCase(Locale.ROOT));
    }

    private ResponseEntity<V> answer(Feature feature) {
        var shown = view.apply(feature);
        return ResponseEntity.ok().eTag(Tag.of(feature.version(), shown)).body(shown);
    }

    /** What a user decides of a feature; everything else is its upstream's. */
    private record Change(boolean enabled, List<String> tags) {

        static Change of(ObjectNode tree, Feature feature) {
            var objections = new Objections();
            var fields = new Fields(tree, objections);
            fields.close(KNOWN, OF_UPSTREAM, Set.of());
            var enabled = fields.flag("enabled");
            var tags = tree.has("tags") ? fields.texts("tags", 50, 100) : feature.tags();
            objections.raise();
            return new Change(enabled == null ? feature.enabled() : enabled, tags);
        }
    }
}
