package io.penstock.api;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.account.token.Tokens;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.entrance.Deeds;
import io.penstock.api.signin.Endings;
import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import io.penstock.caller.Presented;
import io.penstock.caller.Recalls;
import io.penstock.store.Revocations;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Who the caller is, and the end of that. */
@RestController
@RequestMapping("/auth")
final class SessionController {

    private final Gate gate;
    private final Revocations revocations;
    private final Recalls recalls;
    private final Tokens tokens;
    private final Trail trail;
    private final Transactions transactions;
    private final Endings endings;

    SessionController(
            Gate gate,
            Revocations revocations,
            Recalls recalls,
            Tokens tokens,
            Trail trail,
            Transactions transactions,
            Endings endings) {
        this.gate = gate;
        this.revocations = revocations;
        this.recalls = recalls;
        this.tokens = tokens;
        this.trail = trail;
        this.transactions = transactions;
        this.endings = endings;
    }

    /**
     * The caller as the gateway sees them.
     *
     * @param scopes exactly what the credential may do; null where it names none and the user's role decides
     * @param groups those that the identity provider named; null where it says nothing of groups
     * @param groupScopes what the groups give, by what is registered
     * @param permissions what comes of it
     * @param expires null where the identity is not a credential with an end of its own
     */
    record Me(
            String user,
            String source,
            boolean admin,
            List<String> teams,
            @Nullable List<String> scopes,
            @Nullable List<String> groups,
            @Nullable List<String> groupScopes,
            List<String> permissions,
            @Nullable Instant expires) {}

    @Operation(summary = "Who the caller is and what they may do")
    @GetMapping("/me")
    @Authenticated(action = "read", resource = "session")
    Mono<Me> me(Caller caller) {
        return permissions(caller).map(permissions -> me(caller, permissions));
    }

    @Operation(summary = "Revoke the presented token, and end the session that is shown")
    @PostMapping("/logout")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Authenticated(action = "logout", resource = "session")
    Mono<Void> logout(Caller caller, Request request, ServerHttpResponse response) {
        if (!presentsACredential(caller)) {
            return Mono.error(
                    new Refusal(new Reason.Conflict("There is no token to revoke: the identity comes from the "
                            + caller.source().text())));
        }
        Mono<Boolean> session = endings.end(caller, request, response);
        if (caller.source() == Caller.Source.SESSION) {
            return session.then();
        }
        return transactions
                .run(revoked(caller, request).flatMap(trail::record))
                .then(session)
                .then();
    }

    /**
     * The entry for it. A JWT is revoked by its id too, as whoever else has it may have it in another form; an API token is deleted as
     * well: its owner could give it a longer life than the revocation has.
     */
    private Mono<Trail.Entry> revoked(Caller caller, Request request) {
        var ended = Deeds.done(caller, request, "logout", "session", null, null);
        if (caller.presented() instanceof Presented.Jwt(var token)) {
            return recalls.byToken(token.reveal()).thenReturn(ended);
        }
        return revocations
                .revoke(caller.digest(), caller.expires())
                .then(tokens.deleteShown(caller.digest()))
                .map(token -> Deeds.done(
                        caller,
                        request,
                        "logout",
                        "token",
                        token.id(),
                        token.terms().name()))
                .defaultIfEmpty(ended);
    }

    private Mono<List<String>> permissions(Caller caller) {
        return Flux.fromArray(Permission.values())
                .filterWhen(permission ->
                        gate.require(caller, permission).hasElement().onErrorReturn(Refusal.class, false))
                .map(Permission::scope)
                .collectList();
    }

    private Me me(Caller caller, List<String> permissions) {
        return new Me(
                caller.user(),
                caller.source().text(),
                caller.admin(),
                caller.teams().stream().sorted().toList(),
                sorted(caller.scopes()),
                sorted(caller.grants().groups()),
                caller.grants().groups() == null ? null : sorted(gate.scopesOfGroups(caller)),
                permissions,
                presentsACredential(caller) ? caller.expires() : null);
    }

    private static @Nullable List<String> sorted(@Nullable Set<String> names) {
        return names == null ? null : names.stream().sorted().toList();
    }

    private static boolean presentsACredential(Caller caller) {
        return switch (caller.source()) {
            case JWT, API_TOKEN, SESSION -> true;
            case PROXY, ANONYMOUS, GATEWAY -> false;
        };
    }
}
