package io.penstock.api;

import io.penstock.api.Changing.Deed;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.health.Health;
import io.penstock.loop.Rounds;
import io.penstock.store.IdempotencyKeys;
import io.penstock.vault.Vault;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Registers gateways: once for each idempotency key, and with a first look at the upstream. */
@Component
final class Registrations {

    private static final String HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

    private final Gateways gateways;
    private final IdempotencyKeys keys;
    private final Vault vault;
    private final Health health;
    private final Rounds rounds;
    private final Changing changing;
    private final ApiSettings settings;

    Registrations(
            Gateways gateways,
            IdempotencyKeys keys,
            Vault vault,
            Health health,
            Rounds rounds,
            Changing changing,
            ApiSettings settings) {
        this.gateways = gateways;
        this.keys = keys;
        this.vault = vault;
        this.health = health;
        this.rounds = rounds;
        this.changing = changing;
        this.settings = settings;
    }

    /**
     * Registers a gateway and waits a short while for the first look at it, which goes on without anybody waiting. Never fails because the
     * upstream does. A repeated key with the same body gives the gateway that the first one made.
     *
     * @param body what the client sent, which a key belongs to
     */
    Mono<Gateway> register(Deed deed, @Nullable String key, ObjectNode body, Supplier<Gateways.Draft> draft) {
        if (key == null) {
            return Mono.fromSupplier(draft)
                    .flatMap(made -> changing.make(deed, create(deed, made), Gateway::id))
                    .flatMap(this::look);
        }
        if (!KEY.matcher(key).matches()) {
            return Mono.error(invalid("must have 1 to 255 characters of printable ASCII"));
        }
        return keys.find(deed.caller().user(), key)
                .flatMap(earlier -> replay(deed, key, body, earlier))
                .switchIfEmpty(Mono.defer(() -> registerOnce(deed, key, body, draft.get())));
    }

    private Mono<Gateway> create(Deed deed, Gateways.Draft draft) {
        return gateways.create(draft, deed.caller().user());
    }

    private Mono<Gateway> registerOnce(Deed deed, String key, ObjectNode body, Gateways.Draft draft) {
        var user = deed.caller().user();
        var sealed = seal(user, key, body);
        var made = keys.take(user, key, sealed)
                .filter(taken -> taken)
                .flatMap(taken -> create(deed, draft))
                .flatMap(gateway -> keys.made(user, key, gateway.id()).thenReturn(gateway));
        return changing.make(deed, made, Gateway::id)
                .flatMap(this::look)
                .switchIfEmpty(
                        Mono.defer(() -> keys.find(user, key).flatMap(earlier -> replay(deed, key, body, earlier))))
                .switchIfEmpty(Mono.error(Registrations::inProgress));
    }

    private Mono<Gateway> replay(Deed deed, String key, ObjectNode body, IdempotencyKeys.Made earlier) {
        if (!opens(earlier.fingerprint(), deed.caller().user(), key, body)) {
            return Mono.error(invalid("was used before with another body: use a new key"));
        }
        if (earlier.resource() == null) {
            return Mono.error(inProgress());
        }
        return gateways.find(earlier.resource())
                .switchIfEmpty(Mono.error(() -> new Refusal(new Reason.Conflict(
                        "The gateway that this " + HEADER + " made was deleted since: use a new key"))));
    }

    private Mono<Gateway> look(Gateway created) {
        var looked = Mono.defer(() -> rounds.detach(
                "registration",
                health.check(created).filter(Registrations::isHealthy).flatMap(health::discover)));
        return looked.timeout(settings.discoveryBudget())
                .onErrorComplete()
                .then(gateways.find(created.id()))
                .defaultIfEmpty(created);
    }

    private static boolean isHealthy(Gateway gateway) {
        return Boolean.TRUE.equals(gateway.status().healthy());
    }

    /** Sealed, because a bare digest of a body that holds a password could be guessed from a copy of the database. */
    private String seal(String user, String key, ObjectNode body) {
        return Base64.getEncoder().encodeToString(vault.seal(digest(body), context(user, key)));
    }

    private boolean opens(String fingerprint, String user, String key, ObjectNode body) {
        try {
            var before = vault.open(Base64.getDecoder().decode(fingerprint), context(user, key));
            return MessageDigest.isEqual(before, digest(body));
        } catch (Vault.SealBroken e) {
            return false;
        }
    }

    private static String context(String user, String key) {
        return "idempotency_keys|fingerprint|" + key + "|" + user;
    }

    private static byte[] digest(ObjectNode body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body.toString().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static Refusal invalid(String message) {
        return new Refusal(new Reason.Invalid(List.of(new Reason.Invalid.Field(HEADER, message))));
    }

    private static Refusal inProgress() {
        return new Refusal(
                new Reason.Conflict("A request with this " + HEADER + " is being carried out: try again later"));
    }
}
