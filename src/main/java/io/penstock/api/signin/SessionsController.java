package io.penstock.api.signin;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
import io.penstock.api.browser.Pages;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Needs;
import io.penstock.api.input.Body;
import io.penstock.api.input.Fields;
import io.penstock.api.input.Ids;
import io.penstock.api.input.Objections;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.api.input.Tag;
import io.penstock.caller.Caller;
import io.penstock.caller.session.Session;
import io.penstock.caller.session.Sessions;
import io.penstock.caller.session.Sessions.Position;
import io.penstock.catalog.Cursor;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The sessions of those who signed in: everybody's own, and all for administrators. */
@RestController
public final class SessionsController {

    public static final Set<String> REVOCATION = Set.of("user");

    private static final String RESOURCE = "session";

    private final SignInParts parts;
    private final Endings endings;
    private final Changing changing;

    SessionsController(SignInParts parts, Endings endings, Changing changing) {
        this.parts = parts;
        this.endings = endings;
        this.changing = changing;
    }

    /**
     * A session as clients read it.
     *
     * @param current whether it is the one that this request shows
     * @param lastSeen to a minute
     */
    record SessionView(
            UUID id,
            String user,
            @Nullable List<String> groups,
            String issuer,
            String address,
            @Nullable String agent,
            boolean current,
            Instant createdAt,
            Instant lastSeen,
            Instant expires) {

        static SessionView of(Session session, @Nullable UUID shown) {
            return new SessionView(
                    session.id(),
                    session.user(),
                    session.groups() == null
                            ? null
                            : session.groups().stream().sorted().toList(),
                    session.issuer(),
                    session.address(),
                    session.agent(),
                    session.id().equals(shown),
                    session.createdAt(),
                    session.lastSeen(),
                    session.expires());
        }
    }

    /**
     * The end of a session here.
     *
     * @param endSessionUrl where a browser ends the provider's own session too; null where it has no such place
     */
    record LoggedOut(@Nullable String endSessionUrl) {}

    /** How many sessions were ended. */
    record RevokedSessions(long revoked) {}

    @Operation(summary = "End the session that the cookie shows, on every replica")
    @PostMapping("/oauth/logout")
    @Authenticated(action = "logout", resource = RESOURCE)
    Mono<LoggedOut> logout(Caller caller, Request request, ServerHttpResponse response) {
        return loggedOut(caller, request, response);
    }

    /** The same for a browser, by the form of the page at home: the cookie alone counts from this gateway's own pages. */
    @Hidden
    @PostMapping(path = "/oauth/logout", produces = MediaType.TEXT_HTML_VALUE)
    @Authenticated(action = "logout", resource = RESOURCE)
    Mono<ResponseEntity<String>> signOut(Caller caller, Request request, ServerHttpResponse response) {
        return loggedOut(caller, request, response).map(ended -> Pages.signedOut(ended.endSessionUrl()));
    }

    private Mono<LoggedOut> loggedOut(Caller caller, Request request, ServerHttpResponse response) {
        return Mono.defer(() -> {
            var _ = parts.sessions();
            return endings.end(caller, request, response)
                    .filter(ended -> ended)
                    .switchIfEmpty(Mono.error(
                            () -> new Refusal(new Reason.Conflict("There is no session to end: send its cookie"))))
                    .then(ended().onErrorComplete().map(url -> new LoggedOut(url.toString())))
                    .defaultIfEmpty(new LoggedOut(null));
        });
    }

    /** Where the provider's own session ends; empty where there is no provider. */
    private Mono<URI> ended() {
        return parts.areThere() ? parts.signIn().logout() : Mono.empty();
    }

    @Operation(summary = "List one's own sessions")
    @GetMapping("/auth/sessions")
    @Authenticated(action = "list", resource = RESOURCE, wholly = true)
    Mono<ResponseEntity<List<SessionView>>> own(
            Caller caller, Request request, Parameters parameters, ServerHttpRequest http) {
        return list(caller.user(), request, parameters, http);
    }

    @Operation(summary = "End one of one's own sessions, on every replica")
    @DeleteMapping("/auth/sessions/{id}")
    @Authenticated(action = "delete", resource = RESOURCE, wholly = true)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> deleteOwn(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        Tag.demand(http, Tag.ONLY);
        return end(caller, request, id, caller.user());
    }

    @Operation(summary = "List the sessions of all users, or of one")
    @GetMapping("/admin/sessions")
    @Needs(value = Permission.USERS_READ, action = "list")
    Mono<ResponseEntity<List<SessionView>>> all(Request request, Parameters parameters, ServerHttpRequest http) {
        return Mono.defer(() -> list(parameters.user("user"), request, parameters, http));
    }

    @Operation(summary = "End anybody's session, on every replica")
    @DeleteMapping("/admin/sessions/{id}")
    @Needs(value = Permission.USERS_UPDATE, action = "delete")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        Tag.demand(http, Tag.ONLY);
        return end(caller, request, id, null);
    }

    @Operation(summary = "End all sessions of a user, on every replica")
    @PostMapping(path = "/admin/sessions/revoke", consumes = APPLICATION_JSON_VALUE)
    @Needs(value = Permission.USERS_UPDATE, action = "revoke")
    Mono<RevokedSessions> revoke(Caller caller, Request request, Body body) {
        return body.object().flatMap(tree -> {
            var objections = new Objections();
            var fields = new Fields(tree, objections);
            fields.close(REVOCATION, Set.of(), Set.of());
            String given = fields.demandedUser("user");
            objections.raise();
            String user = String.valueOf(given);
            var deed = new Deed(caller, request, "revoke", RESOURCE);
            return changing.runNamed(deed, user, null, parts.sessions().endAll(user))
                    .map(RevokedSessions::new);
        });
    }

    private Mono<ResponseEntity<List<SessionView>>> list(
            @Nullable String user, Request request, Parameters parameters, ServerHttpRequest http) {
        return Mono.defer(() -> {
            int limit = parameters.limit();
            Cursor cursor = parameters.cursor();
            parameters.close();
            Sessions sessions = parts.sessions();
            UUID shown = sessions.shown(request);
            return Page.of(
                    sessions.list(user, limit + 1, cursor == null ? null : new Position(cursor.at(), cursor.id())),
                    limit,
                    http,
                    session -> new Cursor(session.createdAt(), session.id()),
                    session -> SessionView.of(session, shown));
        });
    }

    private Mono<Void> end(Caller caller, Request request, String id, @Nullable String user) {
        return Mono.defer(() -> {
            UUID wanted = Ids.find(id);
            if (wanted == null) {
                throw Ids.absent(RESOURCE);
            }
            var deed = new Deed(caller, request, "delete", RESOURCE);
            return changing.runNamed(
                            deed,
                            id,
                            user == null ? null : "own",
                            parts.sessions().end(wanted, user))
                    .switchIfEmpty(Mono.error(() -> Ids.absent(RESOURCE)))
                    .then();
        });
    }
}
