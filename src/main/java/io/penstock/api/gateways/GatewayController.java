package io.penstock.api.gateways;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Needs;
import io.penstock.api.entrance.Renaming;
import io.penstock.api.entrance.Triable;
import io.penstock.api.entrance.Visible;
import io.penstock.api.input.Body;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.api.input.Tag;
import io.penstock.caller.Caller;
import io.penstock.catalog.Cursor;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.HeaderRules;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.oauth.Connections;
import io.penstock.oauth.Connections.Query;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Registered upstream MCP servers. */
@RestController
@RequestMapping("/gateways")
public final class GatewayController {

    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final Gateways gateways;
    private final GatewayViews views;
    private final Gate gate;
    private final Visible visible;
    private final Changing changing;
    private final Registrations registrations;
    private final Urls urls;
    private final HeaderRules rules;
    private final Connections connections;

    GatewayController(
            Gateways gateways,
            GatewayViews views,
            Gate gate,
            Visible visible,
            Changing changing,
            Registrations registrations,
            Urls urls,
            HeaderRules rules,
            Connections connections) {
        this.gateways = gateways;
        this.views = views;
        this.gate = gate;
        this.visible = visible;
        this.changing = changing;
        this.registrations = registrations;
        this.urls = urls;
        this.rules = rules;
        this.connections = connections;
    }

    @Operation(summary = "List the gateways that the caller sees")
    @GetMapping
    @Needs(value = Permission.GATEWAYS_READ, action = "list")
    Mono<ResponseEntity<List<GatewayView>>> list(Caller caller, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = parameters.cursor();
        var filter = parameters.gatewayFilter();
        parameters.close();
        return Page.of(
                gateways.list(gate.viewer(caller, Permission.GATEWAYS_READ), filter, limit + 1, before)
                        .collectList()
                        .flatMap(views::of)
                        .flatMapIterable(rows -> rows),
                limit,
                request,
                view -> new Cursor(view.createdAt(), view.id()),
                view -> view);
    }

    @Operation(summary = "Register an upstream MCP server")
    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Needs(Permission.GATEWAYS_CREATE)
    @ResponseStatus(HttpStatus.CREATED)
    Mono<ResponseEntity<GatewayView>> create(
            Caller caller,
            Request request,
            Body body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        var deed = new Deed(caller, request, "create", "gateway");
        return body.object()
                .flatMap(tree -> registrations.register(deed, key, tree, () -> created(caller, tree)))
                .flatMap(this::view)
                .map(view -> ResponseEntity.created(URI.create("/gateways/" + view.id()))
                        .eTag(Tag.of(view.version(), view))
                        .body(view));
    }

    @Operation(summary = "Read a gateway")
    @GetMapping("/{id}")
    @Needs(Permission.GATEWAYS_READ)
    Mono<ResponseEntity<GatewayView>> read(Caller caller, @PathVariable String id) {
        return visible.gateway(caller, Permission.GATEWAYS_READ, id).flatMap(this::answer);
    }

    @Operation(summary = "Replace what is decided of a gateway")
    @PutMapping(path = "/{id}", consumes = APPLICATION_JSON_VALUE)
    @Triable
    @Needs(Permission.GATEWAYS_UPDATE)
    Mono<ResponseEntity<GatewayView>> replace(
            Caller caller, Request request, @PathVariable String id, Body body, ServerHttpRequest http) {
        return update(caller, request, id, body, http, (current, tree) -> tree);
    }

    @Operation(summary = "Change some fields of a gateway")
    @PatchMapping(
            path = "/{id}",
            consumes = {APPLICATION_JSON_VALUE, MERGE_PATCH})
    @Triable
    @Needs(Permission.GATEWAYS_UPDATE)
    Mono<ResponseEntity<GatewayView>> patch(
            Caller caller, Request request, @PathVariable String id, Body body, ServerHttpRequest http) {
        return update(caller, request, id, body, http, GatewayPatch::apply);
    }

    @Operation(
            summary =
                    "Delete a gateway with what it offers; its users' tokens are revoked at their authorization servers, where that can be")
    @DeleteMapping("/{id}")
    @Triable
    @Needs(Permission.GATEWAYS_DELETE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "delete", "gateway");
        var attempt = current(caller, Permission.GATEWAYS_DELETE, id, http)
                .flatMap(gateway -> changing.runIfAny(deed, gateway.id(), deleted(gateway.id(), gateway.version())));
        return Changing.deleted(http, "gateway", attempt);
    }

    /** Tokens that are gone here would be good where they came from for as long as that likes. */
    private Mono<Boolean> deleted(UUID id, long version) {
        return gateways.delete(id, version, connections.cut(new Query(null, null, id, null)));
    }

    @Operation(summary = "Switch a gateway on or off")
    @PostMapping("/{id}/state")
    @Triable
    @Needs(value = Permission.GATEWAYS_TOGGLE, action = "state")
    Mono<ResponseEntity<GatewayView>> state(
            Caller caller, Request request, @PathVariable String id, Parameters parameters, ServerHttpRequest http) {
        var enabled = parameters.demandedFlag("activate");
        parameters.close();
        var deed = new Deed(caller, request, enabled ? "enable" : "disable", "gateway");
        var attempt = current(caller, Permission.GATEWAYS_TOGGLE, id, http)
                .flatMap(gateway ->
                        changing.run(deed, gateway.id(), gateways.enable(gateway.id(), enabled, gateway.version())));
        return changed(http, attempt);
    }

    private Gateways.Draft created(Caller caller, ObjectNode tree) {
        var draft = form(caller).create(tree);
        gate.demandIn(caller, Permission.GATEWAYS_CREATE, draft.teamId());
        return draft;
    }

    /** Who hands a gateway to another team needs to be able to change that team's. */
    private void demandOfNewTeam(Caller caller, Gateway gateway, Gateways.Draft draft) {
        if (!Objects.equals(gateway.teamId(), draft.teamId())) {
            gate.demandIn(caller, Permission.GATEWAYS_UPDATE, draft.teamId());
        }
    }

    private void demandOfName(Caller caller, Gateway gateway, Gateways.Draft draft) {
        if (!gateway.name().equals(draft.name())) {
            Renaming.demand(
                    caller,
                    gateway.owner(),
                    Permission.GATEWAYS_UPDATE,
                    () -> gate.demand(caller, Permission.GATEWAYS_DELETE, gateway));
        }
    }

    private Mono<ResponseEntity<GatewayView>> update(
            Caller caller,
            Request request,
            String id,
            Body body,
            ServerHttpRequest http,
            BiFunction<Gateway, ObjectNode, ObjectNode> whole) {
        var deed = new Deed(caller, request, "update", "gateway");
        var tree = body.object().cache();
        var attempt = current(caller, Permission.GATEWAYS_UPDATE, id, http)
                .flatMap(gateway -> tree.flatMap(given -> Mono.zip(stored(gateway), storedTls(gateway))
                        .map(both ->
                                form(caller).change(whole.apply(gateway, given), gateway, both.getT1(), both.getT2()))
                        .doOnNext(draft -> demandOfNewTeam(caller, gateway, draft))
                        .doOnNext(draft -> demandOfName(caller, gateway, draft))
                        .flatMap(draft -> changing.run(
                                deed, gateway.id(), gateways.update(gateway.id(), draft, gateway.version())))));
        return changed(http, attempt);
    }

    private Mono<ResponseEntity<GatewayView>> changed(ServerHttpRequest http, Mono<Gateway> attempt) {
        return Changing.changed(http, "gateway", attempt).flatMap(this::answer);
    }

    private Mono<Gateway> current(Caller caller, Permission permission, String id, ServerHttpRequest http) {
        return visible.gateway(caller, permission, id).doOnNext(gateway -> Tag.demand(http, gateway.version()));
    }

    /** A credential that does not open must not keep its owner from replacing it. */
    private Mono<UpstreamAuth> stored(Gateway gateway) {
        return gateways.open(gateway).onErrorReturn(new UpstreamAuth.None());
    }

    private Mono<UpstreamTls> storedTls(Gateway gateway) {
        return gateway.tls() == null
                ? Mono.just(UpstreamTls.NONE)
                : gateways.openTls(gateway).onErrorReturn(UpstreamTls.NONE);
    }

    private GatewayForm form(Caller caller) {
        return new GatewayForm(urls, rules, caller, gate.viewer(caller).all());
    }

    private Mono<ResponseEntity<GatewayView>> answer(Gateway gateway) {
        return view(gateway)
                .map(view ->
                        ResponseEntity.ok().eTag(Tag.of(view.version(), view)).body(view));
    }

    private Mono<GatewayView> view(Gateway gateway) {
        return views.of(gateway);
    }
}
