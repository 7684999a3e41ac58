package io.penstock.relay;

import io.penstock.access.Permit;
import io.penstock.store.Revocations;
import io.penstock.vault.Vault;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Session ids that any replica can read: the upstream's own id and the time of expiry, sealed for one user at one gateway. So a stolen id
 * opens for nobody else, and nothing about a session is kept but that it was ended early.
 */
@Component
final class Sessions {

    private static final byte FORMAT = 1;
    private static final int MAX_SEALED = 8 * 1024;

    private final Vault vault;
    private final Revocations revocations;
    private final RelaySettings settings;
    private final Clock clock;

    Sessions(Vault vault, Revocations revocations, RelaySettings settings, Clock clock) {
        this.vault = vault;
        this.revocations = revocations;
        this.settings = settings;
        this.clock = clock;
    }

    /** A new id for the session that the upstream opened. */
    String seal(Permit permit, String upstreamId) {
        byte[] id = upstreamId.getBytes(StandardCharsets.UTF_8);
        long expires = clock.instant().plus(settings.sessionLifetime()).getEpochSecond();
        var plain = ByteBuffer.allocate(1 + Long.BYTES + id.length)
                .put(FORMAT)
                .putLong(expires)
                .put(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(vault.seal(plain.array(), context(permit)));
    }

    /** An open session. */
    record Session(String sealed, String upstreamId, Instant expires) {}

    /**
     * Opens a session id that a client presents.
     *
     * @throws Refusal {@code SessionEnded} where it is not of this user and gateway, was changed, is over or was ended
     */
    Session open(Permit permit, String sealed) {
        if (sealed.length() > MAX_SEALED || revocations.revoked(digest(sealed))) {
            throw ended();
        }
        try {
            var plain = ByteBuffer.wrap(vault.open(Base64.getUrlDecoder().decode(sealed), context(permit)));
            byte format = plain.get();
            var expires = Instant.ofEpochSecond(plain.getLong());
            byte[] id = new byte[plain.remaining()];
            plain.get(id);
            if (format != FORMAT || !clock.instant().isBefore(expires)) {
                throw ended();
            }
            return new Session(sealed, new String(id, StandardCharsets.UTF_8), expires);
        } catch (Vault.SealBroken | IllegalArgumentException | BufferUnderflowException e) {
            throw ended();
        }
    }

    /** Ends it on all replicas. Empty when that is written. */
    Mono<Void> end(Session session) {
        return revocations.revoke(digest(session.sealed()), session.expires());
    }

    private static Refusal ended() {
        return new Refusal(new Reason.SessionEnded("Session not found; start a new one with initialize"));
    }

    private static String context(Permit permit) {
        return "session|" + permit.caller().user() + "|" + permit.gateway().id();
    }

    private static String digest(String sealed) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return "session:" + HexFormat.of().formatHex(sha.digest(sealed.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-256
        }
    }
}
