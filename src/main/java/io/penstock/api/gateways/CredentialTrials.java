package io.penstock.api.gateways;

import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.HeaderRules;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.Rotations;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.health.Health;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Reads a credential that is to be in the place of another one, and tries it against the upstream. */
@Component
final class CredentialTrials {

    static final Set<String> KNOWN =
            Stream.concat(Stream.of("auth_type"), AuthForm.ALL_FIELDS.stream()).collect(Collectors.toUnmodifiableSet());

    private final Urls urls;
    private final HeaderRules rules;
    private final Rotations rotations;
    private final Health health;

    CredentialTrials(Urls urls, HeaderRules rules, Rotations rotations, Health health) {
        this.urls = urls;
        this.rules = rules;
        this.rotations = rotations;
        this.health = health;
    }

    /** A credential of the same fields that a gateway has, and nothing else. Throws a {@link Refusal} that names what is wrong. */
    UpstreamAuth read(ObjectNode given, UpstreamAuth stored) {
        var objections = new Objections();
        var fields = new Fields(given, objections);
        fields.close(KNOWN, Set.of(), Set.of());
        if (!given.has("auth_type")) {
            objections.add("auth_type", "is missing: it says which of the fields belong to the new credential");
        }
        var auth = new AuthForm(rules, urls, fields, objections, stored).read();
        objections.raise();
        return auth;
    }

    /**
     * Greets the upstream with it; that of each user's own cannot be tried by the gateway. Empty where the upstream took it. Error:
     * {@code Invalid} where it did not, {@code Conflict} where that could not be told.
     */
    Mono<Void> run(Gateway gateway, UpstreamAuth auth) {
        return auth instanceof UpstreamAuth.OAuth(var config) && config.grant() != Grant.CLIENT_CREDENTIALS
                ? Mono.empty()
                : Mono.defer(() -> health.greet(rotations.trial(gateway, auth)))
                        .onErrorMap(Refusal.class, CredentialTrials::told);
    }

    private static Refusal told(Refusal refusal) {
        return switch (refusal.reason()) {
            case Reason.Invalid _ -> refusal;
            case Reason.UpstreamFailed failed
            when isNo(failed) ->
                new Refusal(new Reason.Invalid(
                        List.of(new Reason.Invalid.Field("auth_type", "was tried and not taken: " + failed.detail()))));
            default ->
                new Refusal(new Reason.Conflict("The new credential could not be tried, so nothing was changed: "
                        + refusal.reason().detail()));
        };
    }

    private static boolean isNo(Reason.UpstreamFailed failed) {
        var status = failed.upstreamStatus();
        return status != null && (status == 401 || status == 403);
    }
}
