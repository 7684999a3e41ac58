package io.penstock.api.entrance;

import io.penstock.api.entrance.Changing.Deed;
import io.penstock.store.IdempotencyKeys;
import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.vault.Vault;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Makes things once for each idempotency key, with their audit entry. */
@Component
public final class Once implements SealedColumns {

    private static final String HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

    private final IdempotencyKeys keys;
    private final Vault vault;
    private final Changing changing;

    Once(IdempotencyKeys keys, Vault vault, Changing changing) {
        this.keys = keys;
        this.vault = vault;
        this.changing = changing;
    }

    /**
     * How one thing is made.
     *
     * @param make writes it, within the transaction of its entry
     * @param find reads what an earlier request made
     * @param id what it is found by again
     * @param afterwards what is still to do with a thing that is new, after its transaction
     * @param subject what the entry is about
     * @param detail what there is to say in the entry beside that; null for nothing
     */
    public record Making<T>(
            Mono<T> make,
            Function<T, UUID> id,
            Function<UUID, Mono<T>> find,
            Function<T, Mono<T>> afterwards,
            Function<T, String> subject,
            @Nullable String detail) {

        /** Of a thing that its entry is about. */
        public Making(
                Mono<T> make, Function<T, UUID> id, Function<UUID, Mono<T>> find, Function<T, Mono<T>> afterwards) {
            this(make, id, find, afterwards, thing -> id.apply(thing).toString(), null);
        }
    }

    /**
     * Makes a thing. A repeated key with the same body gives what the first one made. Error: {@code Invalid}, {@code Conflict}, or that of
     * the making.
     *
     * @param body what the client sent, which a key belongs to, as it does to the path
     */
    public <T> Mono<T> make(Deed deed, @Nullable String key, ObjectNode body, Making<T> making) {
        if (key == null) {
            return recorded(deed, making, making.make()).flatMap(making.afterwards());
        }
        if (!KEY.matcher(key).matches()) {
            return Mono.error(invalid("must have 1 to 255 characters of printable ASCII"));
        }
        return keys.find(deed.caller().user(), key)
                .flatMap(earlier -> replay(deed, key, body, earlier, making))
                .switchIfEmpty(Mono.defer(() -> makeOnce(deed, key, body, making)));
    }

    @Override
    public List<SealedColumn> sealedColumns() {
        return List.of(new SealedColumn.Passing("idempotency_keys", "fingerprint", true));
    }

    private <T> Mono<T> makeOnce(Deed deed, String key, ObjectNode body, Making<T> making) {
        var user = deed.caller().user();
        var made = keys.take(user, key, seal(deed, key, body))
                .filter(taken -> taken)
                .flatMap(taken -> making.make())
                .flatMap(thing -> keys.made(user, key, making.id().apply(thing)).thenReturn(thing));
        return recorded(deed, making, made)
                .flatMap(making.afterwards())
                .switchIfEmpty(Mono.defer(
                        () -> keys.find(user, key).flatMap(earlier -> replay(deed, key, body, earlier, making))))
                .switchIfEmpty(Mono.error(Once::inProgress));
    }

    private <T> Mono<T> recorded(Deed deed, Making<T> making, Mono<T> made) {
        return changing.runOn(deed, making.subject(), making.detail(), made);
    }

    private <T> Mono<T> replay(Deed deed, String key, ObjectNode body, IdempotencyKeys.Made earlier, Making<T> making) {
        if (!opens(earlier.fingerprint(), deed, key, body)) {
            return Mono.error(invalid("was used before with another body or path: use a new key"));
        }
        if (earlier.resource() == null) {
            return Mono.error(inProgress());
        }
        return making.find()
                .apply(earlier.resource())
                .switchIfEmpty(Mono.error(() -> new Refusal(
                        new Reason.Conflict("What this " + HEADER + " made is there no more: use a new key"))));
    }

    /** Sealed, because a bare digest of a body that holds a password could be guessed from a copy of the database. */
    private String seal(Deed deed, String key, ObjectNode body) {
        return Base64.getEncoder().encodeToString(vault.seal(digest(deed, body), context(deed, key)));
    }

    private boolean opens(String fingerprint, Deed deed, String key, ObjectNode body) {
        try {
            var before = vault.open(Base64.getDecoder().decode(fingerprint), context(deed, key));
            return MessageDigest.isEqual(before, digest(deed, body));
        } catch (Vault.SealBroken e) {
            return false;
        }
    }

    private static String context(Deed deed, String key) {
        return "idempotency_keys|fingerprint|" + key + "|" + deed.caller().user();
    }

    private static byte[] digest(Deed deed, ObjectNode body) {
        try {
            var text = deed.request().path() + body;
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
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
