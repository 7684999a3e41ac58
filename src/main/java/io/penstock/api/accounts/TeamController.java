package io.penstock.api.accounts;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
import io.penstock.account.team.Team;
import io.penstock.account.team.TeamSettings;
import io.penstock.account.team.Teams;
import io.penstock.api.accounts.TeamViews.TeamView;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Once;
import io.penstock.api.entrance.Triable;
import io.penstock.api.input.Body;
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

/** Teams. Whoever is signed in may make some; {@link TeamAccess} says who does what with one. */
@RestController
@RequestMapping("/teams")
public final class TeamController {

    private final Teams teams;
    private final TeamAccess access;
    private final TeamSettings settings;
    private final TeamForm form;
    private final Powers powers;
    private final AccountChanges changes;

    TeamController(Teams teams, TeamAccess access, TeamSettings settings, Powers powers, AccountChanges changes) {
        this.teams = teams;
        this.access = access;
        this.settings = settings;
        this.form = new TeamForm(settings);
        this.powers = powers;
        this.changes = changes;
    }

    @Operation(summary = "List the caller's teams; all of them for who has teams.read")
    @GetMapping
    @Authenticated(action = "list", resource = "team")
    Mono<ResponseEntity<List<TeamView>>> list(Caller caller, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = Positions.of(parameters.cursor());
        parameters.close();
        var only = powers.has(caller, Permission.TEAMS_READ, null) ? null : caller.teams();
        return TeamAccess.somebody(caller, Permission.TEAMS_READ)
                .flatMap(_ -> Page.of(
                        teams.list(only, limit + 1, before),
                        limit,
                        request,
                        team -> new Cursor(team.createdAt(), team.pageKey()),
                        TeamView::of));
    }

    @Operation(summary = "Make a team, whose owner the caller is")
    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Authenticated(action = "create", resource = "team")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<ResponseEntity<TeamView>> create(
            Caller caller,
            Request request,
            Body body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        var deed = new Deed(caller, request, "create", "team");
        boolean choosesId = powers.has(caller, Permission.TEAMS_CREATE, null);
        return TeamAccess.somebody(caller, Permission.TEAMS_CREATE)
                .then(body.object())
                .flatMap(tree -> changes.make(deed, key, tree, making(caller, form.read(tree, null, choosesId))))
                .map(team -> ResponseEntity.created(URI.create("/teams/" + team.id()))
                        .eTag(Tag.of(team.version(), TeamView.of(team)))
                        .body(TeamView.of(team)));
    }

    /** Found by what pages are read by: another request may make another id of the same name. */
    private Once.Making<Team> making(Caller caller, TeamForm.Decided decided) {
        return new Once.Making<>(
                teams.create(decided.id(), decided.draft(), caller.user(), settings.mostPerUser()),
                Team::pageKey,
                teams::ofPageKey,
                Mono::just,
                Team::id,
                null);
    }

    @Operation(summary = "Read a team")
    @GetMapping("/{id}")
    @Authenticated(action = "read", resource = "team")
    Mono<ResponseEntity<TeamView>> read(Caller caller, @PathVariable String id) {
        return access.seen(caller, id).map(TeamController::answer);
    }

    @Operation(summary = "Change some fields of a team")
    @PatchMapping(
            path = "/{id}",
            consumes = {APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    @Authenticated(action = "update", resource = "team")
    Mono<ResponseEntity<TeamView>> patch(
            Caller caller, Request request, @PathVariable String id, Body body, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "update", "team");
        var tree = body.object().cache();
        var attempt = current(caller, id, Permission.TEAMS_UPDATE, http)
                .flatMap(team -> tree.map(given -> form.read(given, team, false))
                        .flatMap(decided ->
                                changes.run(deed, id, null, teams.update(id, decided.draft(), team.version()))));
        return Changing.changed(http, "team", attempt).map(TeamController::answer);
    }

    @Operation(summary = "Delete a team; what belongs to it is seen by its owners and administrators alone then")
    @DeleteMapping("/{id}")
    @Triable
    @Authenticated(action = "delete", resource = "team")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "delete", "team");
        var attempt = current(caller, id, Permission.TEAMS_DELETE, http)
                .flatMap(team -> changes.runIfAny(deed, id, null, teams.delete(id, team.version())));
        return Changing.deleted(http, "team", attempt);
    }

    private Mono<Team> current(Caller caller, String id, Permission permission, ServerHttpRequest http) {
        return access.kept(caller, id, permission).doOnNext(team -> Tag.demand(http, team.version()));
    }

    private static ResponseEntity<TeamView> answer(Team team) {
        var view = TeamView.of(team);
        return ResponseEntity.ok().eTag(Tag.of(team.version(), view)).body(view);
    }
}
