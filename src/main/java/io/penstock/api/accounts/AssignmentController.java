package io.penstock.api.accounts;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
import io.penstock.account.BuiltIn;
import io.penstock.account.Role;
import io.penstock.account.Role.Assignment;
import io.penstock.account.Roles;
import io.penstock.account.User;
import io.penstock.account.Users;
import io.penstock.account.team.Teams;
import io.penstock.api.accounts.RoleView.AssignmentView;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Needs;
import io.penstock.api.entrance.Once;
import io.penstock.api.entrance.Triable;
import io.penstock.api.input.Body;
import io.penstock.api.input.Fields;
import io.penstock.api.input.Ids;
import io.penstock.api.input.Objections;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.api.input.Tag;
import io.penstock.caller.Caller;
import io.penstock.catalog.Cursor;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** The roles of a user. Nobody gives or takes what they do not have themselves. */
@RestController
@RequestMapping("/users/{id}/roles")
public final class AssignmentController {

    public static final Set<String> KNOWN = Set.of("role", "team_id");

    private static final Set<String> OF_SERVER = Set.of("id", "role_id", "assigned_by", "created_at");

    private static final String ASSIGNMENT = "role of this user";

    private final Users users;
    private final Roles roles;
    private final Teams teams;
    private final Powers powers;
    private final Administration administration;
    private final AccountChanges changes;

    AssignmentController(
            Users users,
            Roles roles,
            Teams teams,
            Powers powers,
            Administration administration,
            AccountChanges changes) {
        this.users = users;
        this.roles = roles;
        this.teams = teams;
        this.powers = powers;
        this.administration = administration;
        this.changes = changes;
    }

    @Operation(summary = "The roles of a user")
    @GetMapping
    @Needs(value = Permission.USERS_READ, action = "roles")
    Mono<ResponseEntity<List<AssignmentView>>> list(
            @PathVariable String id, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = Positions.of(parameters.cursor());
        parameters.close();
        return user(id).flatMap(user -> Page.of(
                roles.of(user.id(), limit + 1, before),
                limit,
                request,
                has -> new Cursor(has.createdAt(), has.id()),
                AssignmentView::of));
    }

    @Operation(summary = "Give a user a role, everywhere or in a team")
    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Triable
    @Needs(value = Permission.USERS_UPDATE, action = "assign_role")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<ResponseEntity<AssignmentView>> create(
            Caller caller,
            Request request,
            @PathVariable String id,
            Body body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        var deed = new Deed(caller, request, "assign_role", "user");
        return user(id).flatMap(user -> body.object()
                .flatMap(tree -> wanted(tree)
                        .doOnNext(
                                wanted -> powers.demandAll(caller, wanted.role().scopes(), wanted.team()))
                        .flatMap(wanted -> changes.make(deed, key, tree, making(caller, user, wanted))))
                .map(has ->
                        answer(ResponseEntity.created(URI.create("/users/" + user.id() + "/roles/" + has.id())), has)));
    }

    private Once.Making<Assignment> making(Caller caller, User user, Wanted wanted) {
        return new Once.Making<>(
                administration
                        .gives(caller, wanted.role(), wanted.team(), user.id())
                        .then(roles.assign(user.id(), wanted.role().id(), wanted.team(), caller.user()))
                        .switchIfEmpty(Mono.error(() -> Ids.absent("user"))),
                Assignment::id,
                key -> roles.assignment(user.id(), key),
                Mono::just,
                _ -> user.id().toString(),
                said(wanted.role(), wanted.team()));
    }

    @Operation(summary = "Read one of a user's roles")
    @GetMapping("/{assignment}")
    @Needs(value = Permission.USERS_READ, action = "roles")
    Mono<ResponseEntity<AssignmentView>> read(@PathVariable String id, @PathVariable String assignment) {
        return user(id).flatMap(user -> assignment(user, assignment))
                .switchIfEmpty(Mono.error(() -> Ids.absent(ASSIGNMENT)))
                .map(has -> answer(ResponseEntity.ok(), has));
    }

    @Operation(summary = "Take a role away from a user")
    @DeleteMapping("/{assignment}")
    @Triable
    @Needs(value = Permission.USERS_UPDATE, action = "remove_role")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(
            Caller caller,
            Request request,
            @PathVariable String id,
            @PathVariable String assignment,
            ServerHttpRequest http) {
        var deed = new Deed(caller, request, "remove_role", "user");
        var attempt = user(id).flatMap(user ->
                        assignment(user, assignment).doOnNext(has -> keepsAdministration(caller, user, has.role())))
                .doOnNext(_ -> Tag.demand(http, Tag.ONLY))
                .doOnNext(has -> powers.demandAll(caller, has.role().scopes(), has.team()))
                .flatMap(has -> changes.runIfAny(
                        deed,
                        has.user(),
                        said(has.role(), has.team()),
                        administration.holds(caller, has.user()).then(roles.remove(has.user(), has.id()))));
        return Changing.deleted(http, ASSIGNMENT, attempt);
    }

    private Mono<Assignment> assignment(User user, String id) {
        return Mono.justOrEmpty(Ids.find(id)).flatMap(found -> roles.assignment(user.id(), found));
    }

    /** Nobody could give it back, if it was the last one's. */
    private static void keepsAdministration(Caller caller, User user, Role role) {
        if (BuiltIn.PLATFORM_ADMIN.text().equals(role.name()) && user.name().equals(caller.user())) {
            throw new Refusal(new Reason.Conflict(
                    "Nobody takes the administration from themselves: another administrator can do it"));
        }
    }

    private static ResponseEntity<AssignmentView> answer(ResponseEntity.BodyBuilder answer, Assignment has) {
        var view = AssignmentView.of(has);
        return answer.eTag(Tag.of(Tag.ONLY, view)).body(view);
    }

    /** A role, and where; null for everywhere. */
    private record Wanted(Role role, @Nullable String team) {}

    private Mono<Wanted> wanted(ObjectNode tree) {
        var objections = new Objections();
        var fields = new Fields(tree, objections);
        fields.close(KNOWN, OF_SERVER, Set.of());
        String name = fields.demanded("role", 63, "developer");
        String team = fields.text("team_id", 1, 255);
        objections.raise();
        if (BuiltIn.PLATFORM_ADMIN.text().equals(name) && team != null) {
            throw invalid("team_id", "is not for this role: it holds everywhere");
        }
        Mono<Role> role = roles.named(name == null ? "" : name)
                .switchIfEmpty(Mono.error(() -> invalid("role", "there is no such role")));
        return team == null
                ? role.map(found -> new Wanted(found, null))
                : role.zipWith(
                        teams.find(team).switchIfEmpty(Mono.error(() -> invalid("team_id", "there is no such team"))),
                        (found, there) -> new Wanted(found, there.id()));
    }

    private static Refusal invalid(String field, String message) {
        return new Refusal(new Reason.Invalid(List.of(new Reason.Invalid.Field(field, message))));
    }

    private static String said(Role role, @Nullable String team) {
        return team == null ? role.name() : role.name() + " in " + team;
    }

    private Mono<User> user(String id) {
        UUID found = Ids.find(id);
        return (found == null ? Mono.<User>empty() : users.find(found))
                .switchIfEmpty(Mono.error(() -> Ids.absent("user")));
    }
}
