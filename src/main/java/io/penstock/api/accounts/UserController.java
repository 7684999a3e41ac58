package io.penstock.api.accounts;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
import io.penstock.account.Position;
import io.penstock.account.Roles;
import io.penstock.account.User;
import io.penstock.account.Users;
import io.penstock.account.password.LoginEvents;
import io.penstock.account.password.PasswordHashes;
import io.penstock.account.password.PasswordPolicy;
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
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
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

/** Users. Whoever changes one must have all that the user has: a new password would be a way to it. */
@RestController
@RequestMapping("/users")
public final class UserController {

    private final Users users;
    private final Roles roles;
    private final LoginEvents events;
    private final PasswordHashes hashes;
    private final UserForm form;
    private final Powers powers;
    private final Administration administration;
    private final AccountChanges changes;
    private final Farewell farewell;

    UserController(
            Users users,
            Roles roles,
            LoginEvents events,
            PasswordHashes hashes,
            PasswordPolicy policy,
            Powers powers,
            Administration administration,
            AccountChanges changes,
            Farewell farewell) {
        this.users = users;
        this.roles = roles;
        this.events = events;
        this.hashes = hashes;
        this.form = new UserForm(policy);
        this.powers = powers;
        this.administration = administration;
        this.changes = changes;
        this.farewell = farewell;
    }

    @Operation(summary = "List the users")
    @GetMapping
    @Needs(value = Permission.USERS_READ, action = "list")
    Mono<ResponseEntity<List<UserView>>> list(Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = Positions.of(parameters.cursor());
        var q = parameters.text("q");
        parameters.close();
        return Page.of(
                users.list(q, limit + 1, before),
                limit,
                request,
                user -> new Cursor(user.createdAt(), user.id()),
                UserView::of);
    }

    @Operation(summary = "Make a user; a password that is given has to be changed at the first sign-in")
    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Needs(Permission.USERS_CREATE)
    @ResponseStatus(HttpStatus.CREATED)
    Mono<ResponseEntity<UserView>> create(
            Caller caller,
            Request request,
            Body body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        var deed = new Deed(caller, request, "create", "user");
        return body.object()
                .flatMap(tree -> making(form.read(tree, null)).flatMap(making -> changes.make(deed, key, tree, making)))
                .map(user -> ResponseEntity.created(URI.create("/users/" + user.id()))
                        .eTag(Tag.of(user.version(), UserView.of(user)))
                        .body(UserView.of(user)));
    }

    private Mono<Once.Making<User>> making(UserForm.Decided decided) {
        return draft(decided)
                .map(draft ->
                        new Once.Making<>(users.create(decided.name(), draft), User::id, users::find, Mono::just));
    }

    private Mono<Users.Draft> draft(UserForm.Decided decided) {
        var without = new Users.Draft(decided.fullName(), decided.enabled(), decided.mustChangePassword(), null);
        return decided.password() == null
                ? Mono.just(without)
                : hashes.hash(decided.password())
                        .map(hash -> new Users.Draft(
                                without.fullName(), without.enabled(), without.mustChangePassword(), hash));
    }

    @Operation(summary = "Read a user")
    @GetMapping("/{id}")
    @Needs(Permission.USERS_READ)
    Mono<ResponseEntity<UserView>> read(@PathVariable String id) {
        return find(id).map(UserController::answer);
    }

    @Operation(summary = "Change some fields of a user, or give a new password")
    @PatchMapping(
            path = "/{id}",
            consumes = {APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    @Triable
    @Needs(Permission.USERS_UPDATE)
    Mono<ResponseEntity<UserView>> patch(
            Caller caller, Request request, @PathVariable String id, Body body, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "update", "user");
        var tree = body.object().cache();
        var attempt = current(caller, id, http)
                .flatMap(user -> tree.map(given -> form.read(given, user))
                        .doOnNext(decided -> keepsOneself(caller, user, decided.enabled()))
                        .flatMap(this::draft)
                        .flatMap(draft ->
                                changes.run(deed, user.id(), detail(user, draft), updated(caller, user, draft))));
        return Changing.changed(http, "user", attempt).map(UserController::answer);
    }

    private Mono<User> updated(Caller caller, User user, Users.Draft draft) {
        boolean isTakenOver = !draft.enabled() || draft.newHash() != null;
        Mono<Void> held = isTakenOver ? administration.holds(caller, user.id()) : Mono.empty();
        return held.then(users.update(user.id(), draft, user.version()))
                .flatMap(now -> draft.enabled()
                        ? Mono.just(now)
                        : farewell.ofSessions(user.name()).thenReturn(now));
    }

    private static @Nullable String detail(User user, Users.Draft draft) {
        var said = new ArrayList<String>();
        if (user.enabled() != draft.enabled()) {
            said.add(draft.enabled() ? "switched on" : "switched off");
        }
        if (draft.newHash() != null) {
            said.add("new password");
        }
        return said.isEmpty() ? null : String.join("; ", said);
    }

    @Operation(summary = "Delete a user with the roles and memberships")
    @DeleteMapping("/{id}")
    @Triable
    @Needs(Permission.USERS_DELETE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "delete", "user");
        var attempt = current(caller, id, http)
                .doOnNext(user -> keepsOneself(caller, user, false))
                .flatMap(user -> changes.runIfAny(deed, user.id(), user.name(), deleted(caller, user)));
        return Changing.deleted(http, "user", attempt);
    }

    private Mono<Boolean> deleted(Caller caller, User user) {
        return administration
                .holds(caller, user.id())
                .then(users.delete(user.id(), user.version()))
                .flatMap(any -> any ? farewell.ofAll(user.name()).thenReturn(true) : Mono.just(false));
    }

    /** A try to sign in, or to change the password, as clients read it. */
    record LoginView(
            UUID id,
            Instant at,
            String kind,
            String outcome,
            String address,
            @Nullable String agent) {

        static LoginView of(LoginEvents.Event event) {
            return new LoginView(
                    event.id(),
                    event.at(),
                    event.kind().name().toLowerCase(Locale.ROOT),
                    event.outcome().name().toLowerCase(Locale.ROOT),
                    event.address(),
                    event.agent());
        }
    }

    @Operation(summary = "Who tried to sign in as a user, when and from where")
    @GetMapping("/{id}/events")
    @Needs(value = Permission.USERS_READ, action = "events")
    Mono<ResponseEntity<List<LoginView>>> events(
            @PathVariable String id, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        Position before = Positions.of(parameters.cursor());
        parameters.close();
        return find(id).flatMap(user -> Page.of(
                events.of(user.name(), limit + 1, before),
                limit,
                request,
                event -> new Cursor(event.at(), event.id()),
                LoginView::of));
    }

    private Mono<User> find(String id) {
        return Mono.justOrEmpty(Ids.find(id)).flatMap(users::find).switchIfEmpty(Mono.error(() -> Ids.absent("user")));
    }

    /** Error: {@code Forbidden} where the user has what the caller has not. */
    private Mono<User> current(Caller caller, String id, ServerHttpRequest http) {
        return find(id).doOnNext(user -> Tag.demand(http, user.version()))
                .flatMap(user -> roles.of(user.id())
                        .doOnNext(has -> powers.demandAll(caller, has.role().scopes(), has.team()))
                        .then(Mono.just(user)));
    }

    private static void keepsOneself(Caller caller, User user, boolean stays) {
        if (!stays && user.name().equals(caller.user())) {
            throw new Refusal(new Reason.Conflict("Nobody shuts themselves out: another administrator can do it"));
        }
    }

    private static ResponseEntity<UserView> answer(User user) {
        var view = UserView.of(user);
        return ResponseEntity.ok().eTag(Tag.of(user.version(), view)).body(view);
    }
}
