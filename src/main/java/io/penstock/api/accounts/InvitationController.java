package io.penstock.api.accounts;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
import io.penstock.account.team.Invitations;
import io.penstock.account.team.Invitations.Invitation;
import io.penstock.account.team.Invitations.Made;
import io.penstock.account.team.TeamSettings;
import io.penstock.api.accounts.TeamViews.InvitationView;
import io.penstock.api.accounts.TeamViews.MemberView;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Once;
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
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Invitations to teams. Its token is told once, to the owner who invites; it lets in the invited user alone. */
@RestController
public final class InvitationController {

    private final Invitations invitations;
    private final TeamAccess access;
    private final TeamSettings settings;
    private final AccountChanges changes;

    InvitationController(Invitations invitations, TeamAccess access, TeamSettings settings, AccountChanges changes) {
        this.invitations = invitations;
        this.access = access;
        this.settings = settings;
        this.changes = changes;
    }

    @Operation(summary = "The invitations to a team that can still be accepted")
    @GetMapping("/teams/{id}/invitations")
    @Authenticated(action = "invitations", resource = "team")
    Mono<ResponseEntity<List<InvitationView>>> list(
            Caller caller, @PathVariable String id, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = Positions.of(parameters.cursor());
        parameters.close();
        return access.kept(caller, id, Permission.TEAMS_UPDATE)
                .flatMap(_ -> Page.of(
                        invitations.open(id, limit + 1, before),
                        limit,
                        request,
                        row -> new Cursor(row.createdAt(), row.id()),
                        row -> InvitationView.of(row, null)));
    }

    @Operation(summary = "Invite somebody to a team; the answer alone holds the token that accepts")
    @PostMapping(path = "/teams/{id}/invitations", consumes = APPLICATION_JSON_VALUE)
    @Authenticated(action = "invite", resource = "team")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<ResponseEntity<InvitationView>> create(
            Caller caller,
            Request request,
            @PathVariable String id,
            Body body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        var deed = new Deed(caller, request, "invite", "team");
        return access.kept(caller, id, Permission.TEAMS_UPDATE)
                .then(body.object())
                .flatMap(tree -> changes.make(deed, key, tree, making(caller, id, MemberController.read(tree, null))))
                .map(made -> ResponseEntity.created(URI.create("/teams/" + id + "/invitations/"
                                + made.invitation().id()))
                        .eTag(tag(made.invitation()))
                        .body(InvitationView.of(made.invitation(), made.token())));
    }

    private Once.Making<Made> making(Caller caller, String team, MemberController.Wanted wanted) {
        return new Once.Making<>(
                invitations.invite(team, wanted.user(), wanted.standing(), caller.user(), settings.invitationDays()),
                made -> made.invitation().id(),
                id -> invitations.find(team, id).map(invitation -> new Made(invitation, null)),
                Mono::just,
                made -> made.invitation().team(),
                wanted.user());
    }

    @Operation(summary = "Read an invitation, without its token")
    @GetMapping("/teams/{id}/invitations/{invitation}")
    @Authenticated(action = "invitations", resource = "team")
    Mono<ResponseEntity<InvitationView>> read(Caller caller, @PathVariable String id, @PathVariable String invitation) {
        return open(caller, id, invitation)
                .switchIfEmpty(Mono.error(() -> Ids.absent("invitation")))
                .map(found -> ResponseEntity.ok().eTag(tag(found)).body(InvitationView.of(found, null)));
    }

    @Operation(summary = "Withdraw an invitation")
    @DeleteMapping("/teams/{id}/invitations/{invitation}")
    @Authenticated(action = "withdraw_invitation", resource = "team")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(
            Caller caller,
            Request request,
            @PathVariable String id,
            @PathVariable String invitation,
            ServerHttpRequest http) {
        var deed = new Deed(caller, request, "withdraw_invitation", "team");
        var attempt = open(caller, id, invitation)
                .doOnNext(_ -> Tag.demand(http, Tag.ONLY))
                .flatMap(found -> changes.runIfAny(deed, id, invitation, invitations.withdraw(id, found.id())));
        return Changing.deleted(http, "invitation", attempt);
    }

    /** Empty where there is no such invitation. Error: that of the team. */
    private Mono<Invitation> open(Caller caller, String team, String id) {
        return access.kept(caller, team, Permission.TEAMS_UPDATE)
                .then(Mono.justOrEmpty(Ids.find(id)))
                .flatMap(found -> invitations.find(team, found));
    }

    private static String tag(Invitation invitation) {
        return Tag.of(Tag.ONLY, InvitationView.of(invitation, null));
    }

    @Operation(summary = "Accept an invitation, as the user whom it invites")
    @PostMapping("/invitations/{token}/accept")
    @Authenticated(action = "accept_invitation", resource = "team")
    Mono<MemberView> accept(Caller caller, Request request, @PathVariable String token) {
        var deed = new Deed(caller, request, "accept_invitation", "team");
        return TeamAccess.somebody(caller, Permission.TEAMS_UPDATE)
                .then(changes.runOn(
                        deed,
                        member -> member.team(),
                        invitations.accept(token, caller.user(), settings.mostPerUser())))
                .switchIfEmpty(Mono.error(() -> Ids.absent("invitation for this user")))
                .map(MemberView::of);
    }
}
