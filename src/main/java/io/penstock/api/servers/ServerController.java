package io.penstock.api.servers;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Needs;
import io.penstock.api.entrance.Once;
import io.penstock.api.entrance.Renaming;
import io.penstock.api.entrance.Triable;
import io.penstock.api.entrance.Visible;
import io.penstock.api.input.Body;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.api.input.Tag;
import io.penstock.caller.Caller;
import io.penstock.catalog.Cursor;
import io.penstock.catalog.Server;
import io.penstock.catalog.Servers;
import io.penstock.catalog.Viewer;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.util.List;
import java.util.Objects;
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

/** Virtual servers: chosen sets of what gateways offer. */
@RestController
@RequestMapping("/servers")
public final class ServerController {

    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final Servers servers;
    private final ServerViews views;
    private final Gate gate;
    private final Visible visible;
    private final Changing changing;
    private final Once once;
    private final Choosing choosing;

    ServerController(
            Servers servers,
            ServerViews views,
            Gate gate,
            Visible visible,
            Changing changing,
            Once once,
            Choosing choosing) {
        this.servers = servers;
        this.views = views;
        this.gate = gate;
        this.visible = visible;
        this.changing = changing;
        this.once = once;
        this.choosing = choosing;
    }

    @Operation(summary = "List the virtual servers that the caller sees")
    @GetMapping
    @Needs(value = Permission.SERVERS_READ, action = "list")
    Mono<ResponseEntity<List<ServerView>>> list(Caller caller, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = parameters.cursor();
        var filter = parameters.serverFilter();
        parameters.close();
        var viewer = gate.viewer(caller, Permission.SERVERS_READ);
        return Page.of(
                servers.list(viewer, filter, limit + 1, before)
                        .collectList()
                        .flatMap(rows -> views.of(rows, viewer))
                        .flatMapIterable(rows -> rows),
                limit,
                request,
                view -> new Cursor(view.createdAt(), view.id()),
                view -> view);
    }

    @Operation(summary = "Put a virtual server together")
    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Needs(Permission.SERVERS_CREATE)
    @ResponseStatus(HttpStatus.CREATED)
    Mono<ResponseEntity<ServerView>> create(
            Caller caller,
            Request request,
            Body body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        var deed = new Deed(caller, request, "create", "server");
        var viewer = gate.viewer(caller);
        return body.object()
                .flatMap(tree -> once.make(deed, key, tree, making(caller, viewer, tree)))
                .flatMap(server -> views.of(server, viewer))
                .map(view -> ResponseEntity.created(URI.create("/servers/" + view.id()))
                        .eTag(Tag.of(view.version(), view))
                        .body(view));
    }

    private Once.Making<Server> making(Caller caller, Viewer viewer, ObjectNode tree) {
        return new Once.Making<>(
                Mono.fromSupplier(() -> form(caller).read(tree, null))
                        .doOnNext(draft -> gate.demandIn(caller, Permission.SERVERS_CREATE, draft.teamId()))
                        .flatMap(draft -> choosing.demand(caller, draft.chosen(), Server.Chosen.NOTHING)
                                .then(servers.create(draft, viewer))),
                Server::id,
                servers::find,
                Mono::just);
    }

    @Operation(summary = "Read a virtual server")
    @GetMapping("/{id}")
    @Needs(Permission.SERVERS_READ)
    Mono<ResponseEntity<ServerView>> read(Caller caller, @PathVariable String id) {
        return visible.server(caller, Permission.SERVERS_READ, id).flatMap(server -> answer(caller, server));
    }

    @Operation(summary = "Replace what is decided of a virtual server")
    @PutMapping(path = "/{id}", consumes = APPLICATION_JSON_VALUE)
    @Triable
    @Needs(Permission.SERVERS_UPDATE)
    Mono<ResponseEntity<ServerView>> replace(
            Caller caller, Request request, @PathVariable String id, Body body, ServerHttpRequest http) {
        return update(caller, request, id, body, http, (current, tree) -> Mono.just(tree));
    }

    @Operation(summary = "Change some fields of a virtual server")
    @PatchMapping(
            path = "/{id}",
            consumes = {APPLICATION_JSON_VALUE, MERGE_PATCH})
    @Triable
    @Needs(Permission.SERVERS_UPDATE)
    Mono<ResponseEntity<ServerView>> patch(
            Caller caller, Request request, @PathVariable String id, Body body, ServerHttpRequest http) {
        return update(
                caller,
                request,
                id,
                body,
                http,
                (current, tree) -> servers.visible(current.chosen(), gate.viewer(caller))
                        .map(seen -> ServerForm.patched(current, seen, tree)));
    }

    @Operation(summary = "Delete a virtual server; what it shows stays")
    @DeleteMapping("/{id}")
    @Triable
    @Needs(Permission.SERVERS_DELETE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "delete", "server");
        var attempt = current(caller, Permission.SERVERS_DELETE, id, http)
                .flatMap(server -> changing.runIfAny(deed, server.id(), servers.delete(server.id(), server.version())));
        return Changing.deleted(http, "server", attempt);
    }

    @Operation(summary = "Switch a virtual server on or off")
    @PostMapping("/{id}/state")
    @Triable
    @Needs(value = Permission.SERVERS_TOGGLE, action = "state")
    Mono<ResponseEntity<ServerView>> state(
            Caller caller, Request request, @PathVariable String id, Parameters parameters, ServerHttpRequest http) {
        var enabled = parameters.demandedFlag("activate");
        parameters.close();
        var deed = new Deed(caller, request, enabled ? "enable" : "disable", "server");
        var attempt = current(caller, Permission.SERVERS_TOGGLE, id, http)
                .flatMap(server ->
                        changing.run(deed, server.id(), servers.enable(server.id(), enabled, server.version())));
        return changed(caller, http, attempt);
    }

    /** Who hands a server to another team needs to be able to change that team's. */
    private void demandOfNewTeam(Caller caller, Server server, Servers.Draft draft) {
        if (!Objects.equals(server.teamId(), draft.teamId())) {
            gate.demandIn(caller, Permission.SERVERS_UPDATE, draft.teamId());
        }
    }

    private void demandOfName(Caller caller, Server server, Servers.Draft draft) {
        if (!server.name().equals(draft.name())) {
            Renaming.demand(
                    caller,
                    server.owner(),
                    Permission.SERVERS_UPDATE,
                    () -> gate.demand(caller, Permission.SERVERS_DELETE, server));
        }
    }

    private Mono<ResponseEntity<ServerView>> update(
            Caller caller,
            Request request,
            String id,
            Body body,
            ServerHttpRequest http,
            BiFunction<Server, ObjectNode, Mono<ObjectNode>> whole) {
        var deed = new Deed(caller, request, "update", "server");
        var tree = body.object().cache();
        var attempt = current(caller, Permission.SERVERS_UPDATE, id, http)
                .flatMap(server -> tree.flatMap(given -> whole.apply(server, given))
                        .map(input -> form(caller).read(input, server))
                        .doOnNext(draft -> demandOfNewTeam(caller, server, draft))
                        .doOnNext(draft -> demandOfName(caller, server, draft))
                        .delayUntil(draft -> choosing.demand(caller, draft.chosen(), server.chosen()))
                        .flatMap(draft -> changing.run(
                                deed,
                                server.id(),
                                servers.update(server.id(), draft, gate.viewer(caller), server.version()))));
        return changed(caller, http, attempt);
    }

    private Mono<ResponseEntity<ServerView>> changed(Caller caller, ServerHttpRequest http, Mono<Server> attempt) {
        return Changing.changed(http, "server", attempt).flatMap(server -> answer(caller, server));
    }

    private Mono<Server> current(Caller caller, Permission permission, String id, ServerHttpRequest http) {
        return visible.server(caller, permission, id).doOnNext(server -> Tag.demand(http, server.version()));
    }

    private ServerForm form(Caller caller) {
        return new ServerForm(caller, gate.viewer(caller).all());
    }

    private Mono<ResponseEntity<ServerView>> answer(Caller caller, Server server) {
        return views.of(server, gate.viewer(caller))
                .map(view ->
                        ResponseEntity.ok().eTag(Tag.of(view.version(), view)).body(view));
    }
}
