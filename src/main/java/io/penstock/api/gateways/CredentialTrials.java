package io.penstock.api.gateways;

import io.penstock.api.input.Fields;
import io.penstock.api.input.Json;
import io.penstock.api.input.Objections;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.HeaderRules;
import io.penstock.catalog.Rotations;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.health.Health;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.UpstreamFailed;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads a credential that is to be in the place of another one, and tries it against the upstream. */
@Component
final class CredentialTrials {

    private static final String TYPE = "auth_type";

    static final Set<String> KNOWN = Stream.of(Set.of(TYPE), AuthForm.ALL_FIELDS, TlsForm.ROTATED)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

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

    /**
     * A credential of the same fields that a gateway has, and nothing else. Throws a {@link Refusal} that names what is wrong.
     *
     * @param url where the upstream is
     */
    Rotations.Credential read(ObjectNode given, URI url, UpstreamAuth stored, UpstreamTls storedTls) {
        var objections = new Objections();
        var fields = new Fields(given, objections);
        fields.close(KNOWN, Set.of(), Set.of());
        var tls = TlsForm.ROTATED.stream().anyMatch(given::has) ? tls(given, url, storedTls, objections) : null;
        boolean typed = given.has(TYPE);
        if (!typed && (tls == null || AuthForm.ALL_FIELDS.stream().anyMatch(given::has))) {
            objections.add(TYPE, "is missing: it says which of the fields belong to the new credential");
        }
        var auth = typed ? new AuthForm(rules, urls, fields, objections, stored).read() : null;
        objections.raise();
        return new Rotations.Credential(auth, tls);
    }

    /** What is not given stays. */
    private static UpstreamTls tls(ObjectNode given, URI url, UpstreamTls stored, Objections objections) {
        var whole = JsonNodeFactory.instance.objectNode();
        Json.stored(stored.shown()).forEachEntry(whole::set);
        TlsForm.ROTATED.stream().filter(given::has).forEach(field -> whole.set(field, given.get(field)));
        return new TlsForm(new Fields(whole, objections), objections, stored, Instant.now()).read(url);
    }

    /**
     * Greets the upstream with it. A credential of each user's own cannot be tried by the gateway, a certificate can: that the upstream wants
     * a user then is none of its. Empty where the upstream took it. Error: {@code Invalid} where it did not, {@code Conflict} where that
     * could not be told.
     */
    Mono<Void> run(Gateway gateway, Rotations.Credential credential) {
        return Mono.defer(() -> {
            var trial = rotations.trial(gateway, credential);
            boolean users = trial.auth().isPerUser();
            if (users && credential.tls() == null) {
                return Mono.empty();
            }
            return health.greet(trial)
                    .onErrorResume(
                            Refusal.class, refusal -> users && isNo(refusal) ? Mono.empty() : Mono.error(refusal))
                    .onErrorMap(Refusal.class, refusal -> told(refusal, credential));
        });
    }

    private static Refusal told(Refusal refusal, Rotations.Credential credential) {
        if (refusal.reason() instanceof Reason.Invalid) {
            return refusal;
        }
        boolean certificate = UpstreamFailed.unknownGateway(refusal);
        if (!certificate && !isNo(refusal)) {
            return new Refusal(new Reason.Conflict("The new credential could not be tried, so nothing was changed: "
                    + refusal.reason().detail()));
        }
        var field = certificate || credential.auth() == null ? TlsForm.CERTIFICATE : TYPE;
        var why = "was tried and not taken: " + refusal.reason().detail();
        return new Refusal(new Reason.Invalid(List.of(new Reason.Invalid.Field(field, why))));
    }

    private static boolean isNo(Refusal refusal) {
        var status = refusal.reason() instanceof UpstreamFailed failed ? failed.upstreamStatus() : null;
        return status != null && (status == 401 || status == 403);
    }
}
