package io.penstock.api.accounts;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
import io.penstock.account.team.Team;
import io.penstock.account.team.Team.Member;
import io.penstock.account.team.Team.Standing;
import io.penstock.account.team.TeamSettings;
import io.penstock.account.team.Teams;
import io.penstock.api.accounts.TeamViews.MemberView;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
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
import io.penstock.caller.Identity;
import io.penstock.catalog.Cursor;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** The members of a team. Owners invite; only who has the permission puts somebody in who was not asked. */
@RestController
@RequestMapping("/teams/{id}/members")
public final class MemberController {

    public static final Set<String> KNOWN = Set.of("email", "role");

    private static final Set<String> OF_SERVER = Set.of("since");

    private static final String MEMBER = "member of this team";

    private final Teams teams;
    private final TeamAccess access;
    private final TeamSettings settings;
    private final Powers powers;
    private final AccountChanges changes;

    MemberController(Teams teams, TeamAccess access, TeamSettings settings, Powers powers, AccountChanges changes) {
        this.teams = teams;
        this.access = access;
        this.settings = settings;
        this.powers = powers;
        this.changes = changes;
    }

    @Operation(summary = "The members of a team, longest first")
    @GetMapping
    @Authenticated(action = "members", resource = "team")
    Mono<ResponseEntity<List<MemberView>>> list(
            Caller caller, @PathVariable String id, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var after = Positions.of(parameters.cursor());
        parameters.close();
        return access.seen(caller, id)
                .flatMap(_ -> Page.of(
                        teams.members(id, limit + 1, after),
                        limit,
                        request,
                        member -> new Cursor(member.since(), member.pageKey()),
                        MemberView::of));
    }

    @Operation(summary = "Put somebody into a team without asking them; needs teams.update beside owning it")
    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Triable
    @Authenticated(action = "add_member", resource = "team")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<ResponseEntity<MemberView>> create(
            Caller caller,
            Request request,
            @PathVariable String id,
            Body body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        var deed = new Deed(caller, request, "add_member", "team");
        return access.kept(caller, id, Permission.TEAMS_UPDATE)
                .doOnNext(_ -> powers.demandAll(caller, Set.of(Permission.TEAMS_UPDATE.scope()), id))
                .then(body.object())
                .flatMap(tree -> changes.make(deed, key, tree, making(id, read(tree, null))))
                .map(member -> answer(ResponseEntity.created(location(member)), member));
    }

    private Once.Making<Member> making(String id, Wanted wanted) {
        return new Once.Making<>(
                teams.join(id, wanted.user(), wanted.standing(), settings.mostPerUser())
                        .switchIfEmpty(Mono.error(() -> Ids.absent("team"))),
                MemberController::made,
                key -> teams.member(id, wanted.user())
                        .filter(member -> made(member).equals(key)),
                Mono::just,
                Member::team,
                wanted.user() + " as " + text(wanted.standing()));
    }

    /** Who comes back to a team is another member than before. */
    private static UUID made(Member member) {
        return UUID.nameUUIDFromBytes((member.since() + member.user()).getBytes(StandardCharsets.UTF_8));
    }

    @Operation(summary = "Read a member of a team")
    @GetMapping("/{member}")
    @Authenticated(action = "members", resource = "team")
    Mono<ResponseEntity<MemberView>> read(Caller caller, @PathVariable String id, @PathVariable String member) {
        return access.seen(caller, id)
                .flatMap(_ -> member(id, member))
                .switchIfEmpty(Mono.error(() -> Ids.absent(MEMBER)))
                .map(known -> answer(ResponseEntity.ok(), known));
    }

    @Operation(summary = "Make a member an owner, or an owner a member")
    @PatchMapping(
            path = "/{member}",
            consumes = {APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    @Triable
    @Authenticated(action = "change_member", resource = "team")
    Mono<ResponseEntity<MemberView>> patch(
            Caller caller,
            Request request,
            @PathVariable String id,
            @PathVariable String member,
            Body body,
            ServerHttpRequest http) {
        var deed = new Deed(caller, request, "change_member", "team");
        var tree = body.object().cache();
        var attempt = current(access.kept(caller, id, Permission.TEAMS_UPDATE), member, http)
                .flatMap(known -> tree.map(given -> read(given, known))
                        .flatMap(wanted -> changes.run(
                                deed,
                                id,
                                wanted.user() + " to " + text(wanted.standing()),
                                teams.promote(known, wanted.standing()))));
        return Changing.changed(http, MEMBER, attempt).map(changed -> answer(ResponseEntity.ok(), changed));
    }

    @Operation(summary = "Take a member out of a team, or leave it")
    @DeleteMapping("/{member}")
    @Triable
    @Authenticated(action = "remove_member", resource = "team")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(
            Caller caller,
            Request request,
            @PathVariable String id,
            @PathVariable String member,
            ServerHttpRequest http) {
        var deed = new Deed(caller, request, "remove_member", "team");
        boolean leaving =
                caller.user().equals(Identity.canonical(member)) && Powers.covers(caller, Permission.TEAMS_UPDATE);
        var team = leaving ? access.seen(caller, id) : access.kept(caller, id, Permission.TEAMS_UPDATE);
        var attempt = current(team, member, http)
                .flatMap(known -> changes.runIfAny(deed, id, known.user(), teams.leave(known)));
        return Changing.deleted(http, MEMBER, attempt);
    }

    /** Empty where there is no such member. Error: {@code Stale}, or that of the team. */
    private Mono<Member> current(Mono<Team> team, String name, ServerHttpRequest http) {
        return team.flatMap(found -> member(found.id(), name)).doOnNext(member -> Tag.demand(http, member.version()));
    }

    private static URI location(Member member) {
        return URI.create("/teams/" + segment(member.team()) + "/members/" + segment(member.user()));
    }

    private static String segment(String text) {
        return UriUtils.encodePathSegment(text, StandardCharsets.UTF_8);
    }

    private static ResponseEntity<MemberView> answer(ResponseEntity.BodyBuilder answer, Member member) {
        var view = MemberView.of(member);
        return answer.eTag(Tag.of(member.version(), view)).body(view);
    }

    private Mono<Member> member(String team, String name) {
        String user = Identity.canonical(name);
        return user == null ? Mono.empty() : teams.member(team, user);
    }

    /** Who, and as what. */
    record Wanted(String user, Standing standing) {}

    /** @param current null for somebody new */
    static Wanted read(ObjectNode tree, @Nullable Member current) {
        var objections = new Objections();
        var fields = new Fields(tree, objections);
        fields.close(KNOWN, OF_SERVER, Set.of());
        var standing = fields.oneOf(
                "role", current == null ? Standing.MEMBER : current.standing(), name -> name.toLowerCase(Locale.ROOT));
        String user = current == null ? fields.demandedUser("email") : unchanged(fields, objections, current.user());
        objections.raise();
        if (user == null) {
            throw new Refusal(new Reason.Malformed("email is missing"));
        }
        return new Wanted(user, standing);
    }

    private static String unchanged(Fields fields, Objections objections, String user) {
        String given = fields.user("email");
        if (given != null && !given.equals(user)) {
            objections.add("email", "stays as it is: take this member out, and put another in");
        }
        return user;
    }

    private static String text(Standing standing) {
        return standing.name().toLowerCase(Locale.ROOT);
    }
}
