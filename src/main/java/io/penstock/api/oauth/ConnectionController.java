package io.penstock.api.oauth;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
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
import io.penstock.catalog.Cursor;
import io.penstock.oauth.Connections;
import io.penstock.oauth.Connections.Connection;
import io.penstock.oauth.Connections.Forgotten;
import io.penstock.oauth.Connections.Place;
import io.penstock.oauth.Connections.Query;
import io.penstock.oauth.Connections.Status;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** The tokens that are kept for upstreams, for administrators: whose they are and how they are, never themselves. */
@RestController
@RequestMapping("/admin/oauth/tokens")
public final class ConnectionController {

    public static final Set<String> REVOCATION = Set.of("ids", "user", "gateway_id");

    private static final int MOST_IDS = 1000;

    private final Connections connections;
    private final Changing changing;

    ConnectionController(Connections connections, Changing changing) {
        this.connections = connections;
        this.changing = changing;
    }

    /**
     * A token as administrators read it.
     *
     * @param user null for a gateway's own
     */
    record ConnectionView(
            UUID id,
            @Nullable String user,
            UUID gatewayId,
            String gatewayName,
            List<String> scopes,
            String status,
            @Nullable Instant expiresAt,
            Instant createdAt,
            @Nullable Instant refreshedAt,
            @Nullable Instant lastUsedAt,
            @Nullable String lastError) {

        static ConnectionView of(Connection token) {
            return new ConnectionView(
                    token.id(),
                    token.user(),
                    token.gatewayId(),
                    token.gatewayName(),
                    token.scopes(),
                    token.status().name().toLowerCase(Locale.ROOT),
                    token.expires(),
                    token.created(),
                    token.refreshed(),
                    token.lastUsed(),
                    token.lastError());
        }
    }

    /**
     * What a revocation came to.
     *
     * @param revoked how many tokens are gone here
     * @param revokedAtProvider how many of them their authorization servers revoked too
     */
    record Revoked(int revoked, long revokedAtProvider) {}

    @Operation(summary = "The tokens that are kept for upstreams, never themselves")
    @GetMapping
    @Needs(value = Permission.OAUTH_READ, action = "list")
    Mono<ResponseEntity<List<ConnectionView>>> list(Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = parameters.cursor();
        var user = parameters.user("user");
        var gateway = parameters.id("gateway_id");
        var status = parameters.oneOf("status", Status.class);
        parameters.close();
        return Page.of(
                connections.list(
                        new Query(null, user, gateway, status),
                        limit + 1,
                        before == null ? null : new Place(before.at(), before.id())),
                limit,
                request,
                token -> new Cursor(token.created(), token.id()),
                ConnectionView::of);
    }

    @Operation(summary = "Read how a token is")
    @GetMapping("/{id}")
    @Needs(Permission.OAUTH_READ)
    Mono<ResponseEntity<ConnectionView>> read(@PathVariable String id) {
        return connections
                .list(one(id), 1, null)
                .next()
                .map(token -> {
                    var view = ConnectionView.of(token);
                    return ResponseEntity.ok()
                            .eTag(Tag.of(token.version(), view))
                            .body(view);
                })
                .switchIfEmpty(Mono.error(() -> Ids.absent("token")));
    }

    @Operation(summary = "Revoke a token, here and, where that can be, at its authorization server")
    @DeleteMapping("/{id}")
    @Needs(Permission.OAUTH_DELETE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        return revoke(caller, request, one(id), gone -> Tag.demand(http, gone.version()))
                .filter(revoked -> revoked.revoked() > 0)
                .switchIfEmpty(Mono.error(() -> Ids.absent("token")))
                .then();
    }

    @Operation(summary = "Revoke tokens by their ids, of a user or of a gateway")
    @PostMapping(path = "/revoke", consumes = APPLICATION_JSON_VALUE)
    @Needs(value = Permission.OAUTH_DELETE, action = "revoke")
    Mono<Revoked> revokeMany(Caller caller, Request request, Body body) {
        return body.object().map(ConnectionController::query).flatMap(query -> revoke(caller, request, query, _ -> {}));
    }

    private static Query one(String id) {
        var known = Ids.find(id);
        return new Query(known == null ? List.of() : List.of(known), null, null, null);
    }

    private static Query query(ObjectNode tree) {
        var objections = new Objections();
        var fields = new Fields(tree, objections);
        fields.close(REVOCATION, Set.of(), Set.of());
        var ids = fields.has("ids") ? fields.ids("ids", MOST_IDS) : null;
        var user = fields.user("user");
        var text = fields.text("gateway_id", 1, 64);
        var gateway = text == null ? null : Ids.find(text);
        if (text != null && gateway == null) {
            objections.add("gateway_id", "must be a UUID");
        }
        if (ids == null && user == null && text == null) {
            objections.add("ids", "is missing: give ids, a user or a gateway_id");
        }
        objections.raise();
        return new Query(ids, user, gateway, null);
    }

    /**
     * Gone here before anybody else is asked.
     *
     * @param check throws where one is not to go, and then none goes
     */
    private Mono<Revoked> revoke(Caller caller, Request request, Query query, Consumer<Forgotten> check) {
        var deed = new Deed(caller, request, "revoke", "oauth_token");
        var forgotten = changing.eachOf(deed, connections.forget(query).doOnNext(check), Forgotten::id);
        return forgotten.flatMap(
                gone -> connections.revokeAtProviders(gone).map(count -> new Revoked(gone.size(), count)));
    }
}
