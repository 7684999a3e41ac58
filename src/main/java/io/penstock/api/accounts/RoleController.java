package io.penstock.api.accounts;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
import io.penstock.account.Role;
import io.penstock.account.Roles;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Needs;
import io.penstock.api.entrance.Once;
import io.penstock.api.entrance.Triable;
import io.penstock.api.input.Body;
import io.penstock.api.input.Ids;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.api.input.Tag;
import io.penstock.caller.Caller;
import io.penstock.catalog.Cursor;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Roles: the built-in ones, which stay, and own ones. Nobody puts into a role what they do not have. */
@RestController
@RequestMapping("/roles")
public final class RoleController {

    private final Roles roles;
    private final Powers powers;
    private final Administration administration;
    private final AccountChanges changes;

    RoleController(Roles roles, Powers powers, Administration administration, AccountChanges changes) {
        this.roles = roles;
        this.powers = powers;
        this.administration = administration;
        this.changes = changes;
    }

    @Operation(summary = "List the roles")
    @GetMapping
    @Needs(value = Permission.ROLES_READ, action = "list")
    Mono<ResponseEntity<List<RoleView>>> list(Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = Positions.of(parameters.cursor());
        parameters.close();
        return Page.of(
                roles.list(limit + 1, before),
                limit,
                request,
                role -> new Cursor(role.createdAt(), role.id()),
                RoleView::of);
    }

    @Operation(summary = "Make a role of one's own")
    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Needs(Permission.ROLES_CREATE)
    @ResponseStatus(HttpStatus.CREATED)
    Mono<ResponseEntity<RoleView>> create(
            Caller caller,
            Request request,
            Body body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        var deed = new Deed(caller, request, "create", "role");
        return body.object()
                .flatMap(tree -> {
                    var draft = RoleForm.read(tree);
                    powers.demandAll(caller, draft.scopes(), null);
                    return changes.make(
                            deed, key, tree, new Once.Making<>(roles.create(draft), Role::id, roles::find, Mono::just));
                })
                .map(role -> ResponseEntity.created(URI.create("/roles/" + role.id()))
                        .eTag(Tag.of(role.version(), RoleView.of(role)))
                        .body(RoleView.of(role)));
    }

    @Operation(summary = "Read a role")
    @GetMapping("/{id}")
    @Needs(Permission.ROLES_READ)
    Mono<ResponseEntity<RoleView>> read(@PathVariable String id) {
        return find(id).map(RoleController::answer);
    }

    @Operation(summary = "Change some fields of a role of one's own; it holds at once for all who have it")
    @PatchMapping(
            path = "/{id}",
            consumes = {APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    @Triable
    @Needs(Permission.ROLES_UPDATE)
    Mono<ResponseEntity<RoleView>> patch(
            Caller caller, Request request, @PathVariable String id, Body body, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "update", "role");
        var tree = body.object().cache();
        var attempt = current(caller, id, http)
                .flatMap(role -> tree.map(patch -> RoleForm.read(RoleForm.patched(role, patch)))
                        .doOnNext(draft -> powers.demandAll(caller, draft.scopes(), null))
                        .flatMap(draft -> changes.run(
                                deed,
                                role.id(),
                                role.name(),
                                administration
                                        .widens(caller, role, draft.scopes())
                                        .then(roles.update(role.id(), draft, role.version())))));
        return Changing.changed(http, "role", attempt).map(RoleController::answer);
    }

    @Operation(summary = "Delete a role of one's own that nobody has")
    @DeleteMapping("/{id}")
    @Triable
    @Needs(Permission.ROLES_DELETE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "delete", "role");
        var attempt = current(caller, id, http)
                .flatMap(role ->
                        changes.runIfAny(deed, role.id(), role.name(), roles.delete(role.id(), role.version())));
        return Changing.deleted(http, "role", attempt);
    }

    private Mono<Role> find(String id) {
        return Mono.justOrEmpty(Ids.find(id)).flatMap(roles::find).switchIfEmpty(Mono.error(() -> Ids.absent("role")));
    }

    /** Error: {@code Forbidden} where the role allows what the caller has not: it is not theirs to change for others. */
    private Mono<Role> current(Caller caller, String id, ServerHttpRequest http) {
        return find(id).doOnNext(role -> Tag.demand(http, role.version()))
                .doOnNext(role -> powers.demandAll(caller, role.scopes(), null));
    }

    private static ResponseEntity<RoleView> answer(Role role) {
        var view = RoleView.of(role);
        return ResponseEntity.ok().eTag(Tag.of(role.version(), view)).body(view);
    }
}
