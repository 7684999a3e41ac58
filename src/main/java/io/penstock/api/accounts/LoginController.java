package io.penstock.api.accounts;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.account.password.LoginEvents.Kind;
import io.penstock.account.password.Logins;
import io.penstock.account.password.Logins.Attempt;
import io.penstock.api.entrance.Open;
import io.penstock.api.input.Body;
import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.audit.Trail;
import io.penstock.caller.OwnTokens;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Signing in with a password, and changing it: who calls shows with the password who they are. */
@RestController
@RequestMapping("/auth")
public final class LoginController {

    public static final Set<String> LOGIN = Set.of("email", "password");
    public static final Set<String> CHANGE = Set.of("email", "password", "new_password");

    private static final String SOURCE = "password";
    private static final int LONGEST = 1024;

    private final Logins logins;
    private final PasswordChanges changes;
    private final OwnTokens tokens;
    private final ClientAddresses addresses;
    private final Trail trail;
    private final PasswordRefusals refusals;

    LoginController(
            Logins logins,
            PasswordChanges changes,
            OwnTokens tokens,
            ClientAddresses addresses,
            Trail trail,
            PasswordRefusals refusals) {
        this.logins = logins;
        this.changes = changes;
        this.tokens = tokens;
        this.addresses = addresses;
        this.trail = trail;
        this.refusals = refusals;
    }

    /**
     * A token (RFC 6749, 5.1).
     *
     * @param expiresIn in seconds
     * @param mustChangePassword whether it is good for nothing before the password is changed
     */
    record Token(String accessToken, String tokenType, long expiresIn, boolean mustChangePassword) {

        /** Without the token, which is not to be printed. */
        @Override
        public String toString() {
            return "Token[" + tokenType + ", " + expiresIn + "]";
        }
    }

    @Operation(
            summary =
                    "Sign in with e-mail address and password; the token has no scopes, so that the user's roles decide")
    @PostMapping(path = "/login", consumes = APPLICATION_JSON_VALUE)
    @Open
    Mono<Token> login(Request request, Body body) {
        return body.object()
                .map(tree -> attempt(tree, LOGIN, request, new Objections()))
                // before anything is tried: without a key nobody can be signed in
                .doOnNext(_ -> {
                    var _ = tokens.make(SOURCE, 0, logins.lifetime());
                })
                .flatMap(attempt -> logins.prove(attempt, Kind.LOGIN)
                        .doOnError(
                                Refusal.class,
                                refusal -> refusals.note(
                                        PasswordEntries.refused("login", refusal, request), refusal, request)))
                .flatMap(user -> trail.record(PasswordEntries.done("login", user, request))
                        .thenReturn(new Token(
                                tokens.make(user.name(), user.generation(), logins.lifetime()),
                                "Bearer",
                                logins.lifetime().toSeconds(),
                                user.mustChangePassword())));
    }

    @Operation(summary = "Change one's password, which is shown with the call")
    @PostMapping(path = "/password", consumes = APPLICATION_JSON_VALUE)
    @Open
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> password(Request request, Body body) {
        return body.object().flatMap(tree -> {
            var objections = new Objections();
            String given =
                    new Fields(tree, objections).demanded("new_password", LONGEST, "correct horse battery staple");
            var chosen = new Secret(given == null ? "" : given);
            if (given != null) {
                objections.addIf(
                        "new_password",
                        changes.weakness(
                                tree.path("email").asString(""),
                                new Secret(tree.path("password").asString("")),
                                chosen));
            }
            return changes.change(attempt(tree, CHANGE, request, objections), chosen, request)
                    .then();
        });
    }

    private Attempt attempt(ObjectNode tree, Set<String> known, Request request, Objections objections) {
        var fields = new Fields(tree, objections);
        fields.close(known, Set.of(), Set.of());
        String name = fields.demanded("email", 320, "ann@example.com");
        String password = fields.demanded("password", LONGEST, "...");
        objections.raise();
        return new Attempt(
                name == null ? "" : name,
                new Secret(password == null ? "" : password),
                addresses.of(request).getHostAddress(),
                request.header(HttpHeaderNames.USER_AGENT));
    }
}
