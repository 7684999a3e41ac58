package io.penstock.api.tokens;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
import io.penstock.account.Position;
import io.penstock.account.token.ApiToken;
import io.penstock.account.token.ApiToken.Terms;
import io.penstock.account.token.Tokens;
import io.penstock.account.token.Tokens.Made;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Once;
import io.penstock.api.input.Body;
import io.penstock.api.input.Objections;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.api.input.Tag;
import io.penstock.caller.Caller;
import io.penstock.caller.SignIns;
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
import tools.jackson.databind.node.ObjectNode;

/** API tokens. Each is its maker's, and does no more than they may. */
@RestController
@RequestMapping("/tokens")
public final class ApiTokenController {

    private final Tokens tokens;
    private final TokenForm form;
    private final Reach reach;
    private final TokenAccess access;
    private final TokenChanges changes;
    private final SignIns signIns;

    ApiTokenController(
            Tokens tokens, TokenForm form, Reach reach, TokenAccess access, TokenChanges changes, SignIns signIns) {
        this.tokens = tokens;
        this.form = form;
        this.reach = reach;
        this.access = access;
        this.changes = changes;
        this.signIns = signIns;
    }

    @Operation(
            summary =
                    "List the caller's API tokens and those of teams the caller looks after; all for who has tokens.read")
    @GetMapping
    @Authenticated(action = "list", resource = "token")
    Mono<ResponseEntity<List<ApiTokenView>>> list(Caller caller, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var cursor = parameters.cursor();
        var owner = parameters.user("owner");
        var team = parameters.text("team_id");
        parameters.close();
        var before = cursor == null ? null : new Position(cursor.at(), cursor.id());
        return access.choice(caller, owner, team)
                .flatMap(choice -> Page.of(
                        tokens.list(choice, limit + 1, before),
                        limit,
                        request,
                        token -> new Cursor(token.createdAt(), token.id()),
                        token -> ApiTokenView.of(token, null)));
    }

    @Operation(summary = "Make an API token; this answer alone holds its secret")
    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Authenticated(action = "create", resource = "token")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<ResponseEntity<ApiTokenView>> create(
            Caller caller,
            Request request,
            Body body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        var deed = new Deed(caller, request, "create", "token");
        long generation = signIns.generation(caller.user()); // before the body, which may come slowly
        return TokenAccess.maker(caller, Permission.TOKENS_CREATE)
                .then(body.object())
                .flatMap(tree -> judged(caller, tree, tree, null)
                        .flatMap(terms -> changes.make(deed, key, tree, making(caller, terms, generation))))
                .map(made -> {
                    var view = ApiTokenView.of(made.token(), made.secret());
                    return ResponseEntity.created(URI.create("/tokens/" + view.id()))
                            .eTag(tag(made.token()))
                            .body(view);
                });
    }

    private Once.Making<Made> making(Caller caller, Terms terms, long generation) {
        return new Once.Making<>(
                tokens.create(caller.user(), caller.grants().groups(), terms, generation),
                made -> made.token().id(),
                id -> tokens.find(id).map(token -> new Made(token, null)),
                Mono::just);
    }

    @Operation(summary = "Read an API token, without its secret")
    @GetMapping("/{id}")
    @Authenticated(action = "read", resource = "token")
    Mono<ResponseEntity<ApiTokenView>> read(Caller caller, @PathVariable String id) {
        return access.seen(caller, id).map(ApiTokenController::answer);
    }

    @Operation(summary = "Change some fields of an API token; of another's, whether it is enabled")
    @PatchMapping(
            path = "/{id}",
            consumes = {APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    @Authenticated(action = "update", resource = "token")
    Mono<ResponseEntity<ApiTokenView>> patch(
            Caller caller, Request request, @PathVariable String id, Body body, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "update", "token");
        var tree = body.object().cache();
        var attempt = TokenAccess.maker(caller, Permission.TOKENS_UPDATE)
                .then(Mono.defer(() -> current(caller, id, Permission.TOKENS_UPDATE, http)))
                .flatMap(token -> tree.flatMap(patch -> judged(caller, patch, TokenForm.patched(token, patch), token))
                        .flatMap(terms -> changes.run(
                                deed,
                                token.id(),
                                detail(token, terms),
                                tokens.update(token.id(), terms, token.version()))));
        return Changing.changed(http, "token", attempt).map(ApiTokenController::answer);
    }

    @Operation(summary = "Delete an API token; nobody is let in by it any more, and its open streams end")
    @DeleteMapping("/{id}")
    @Authenticated(action = "delete", resource = "token")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "delete", "token");
        var attempt = current(caller, id, Permission.TOKENS_DELETE, http)
                .flatMap(token -> changes.run(
                        deed,
                        token.id(),
                        token.terms().name(),
                        tokens.delete(token.id(), token.version()).filter(deleted -> deleted)));
        return Changing.deleted(http, "token", attempt);
    }

    private Mono<ApiToken> current(Caller caller, String id, Permission permission, ServerHttpRequest http) {
        return access.kept(caller, id, permission).doOnNext(token -> Tag.demand(http, token.version()));
    }

    /**
     * What the token would be. Error: {@code Invalid} that names every field that is wrong.
     *
     * @param given the fields that the caller sent
     * @param whole the fields of the token that comes of it
     */
    private Mono<Terms> judged(Caller caller, ObjectNode given, ObjectNode whole, @Nullable ApiToken current) {
        return Mono.defer(() -> {
            var objections = new Objections();
            Terms terms = form.read(whole, objections, current);
            boolean own = current == null || TokenAccess.owns(caller, current);
            if (!own) {
                Reach.ofOthers(given.propertyNames(), objections);
            }
            Mono<Void> judged = own ? reach.judge(caller, terms, current, objections) : Mono.empty();
            return judged.then(Mono.fromSupplier(() -> {
                objections.raise();
                return terms;
            }));
        });
    }

    private static @Nullable String detail(ApiToken before, Terms after) {
        if (before.terms().enabled() != after.enabled()) {
            return after.enabled() ? "switched on" : "switched off";
        }
        return null;
    }

    private static ResponseEntity<ApiTokenView> answer(ApiToken token) {
        return ResponseEntity.ok().eTag(tag(token)).body(ApiTokenView.of(token, null));
    }

    private static String tag(ApiToken token) {
        return Tag.of(token.version(), ApiTokenView.of(token, null));
    }
}
