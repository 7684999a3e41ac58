package io.penstock.relay.session;

import io.penstock.access.Permit;
import io.penstock.relay.RelaySettings;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Revocations;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Session ids that any replica can read: what a session is, sealed for one user at one endpoint. So a stolen id opens for nobody else, and
 * nothing about a session is kept but that it was ended early.
 */
@Component
public final class SessionTokens {

    /** In bytes of UTF-8: what is longer does not fit into an id that has to travel in a header. */
    private static final int LONGEST = 4096;

    private static final int KEY_BYTES = 16;

    private final Seals seals;
    private final Revocations revocations;
    private final Changes changes;
    private final RelaySettings settings;
    private final SecureRandom random = new SecureRandom();

    SessionTokens(Seals seals, Revocations revocations, Changes changes, RelaySettings settings) {
        this.seals = seals;
        this.revocations = revocations;
        this.changes = changes;
        this.settings = settings;
    }

    /**
     * The id of a session that the upstream opened.
     *
     * @param opensUrls as {@link Session#opensUrls()}
     * @throws Refusal {@code UpstreamFailed} where the upstream's is longer than an id can carry
     */
    public String seal(Permit permit, String upstreamId, boolean opensUrls) {
        var said = members("upstream", Message.quote(upstreamId));
        if (opensUrls) {
            said.put("urls", "true");
        }
        String text = Message.object(said);
        if (isTooLong(text)) {
            throw new Refusal(new Reason.UpstreamFailed(
                    "The upstream's session id is longer than about " + LONGEST + " bytes", null));
        }
        return sealed(permit, text);
    }

    /**
     * A new session of the gateway's own.
     *
     * @throws Refusal {@code BadParams} where the client declares more than an id can carry
     */
    public Session.Held begin(
            Permit permit, ProtocolVersion version, String capabilities, @Nullable String clientInfo) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        var said = members(
                "key", Message.quote(Base64.getUrlEncoder().withoutPadding().encodeToString(key)));
        said.put("version", Message.quote(version.text()));
        said.put("capabilities", capabilities);
        if (clientInfo != null) {
            said.put("client", clientInfo);
        }
        String text = Message.object(said);
        if (isTooLong(text)) {
            throw new Refusal(
                    new Reason.BadParams("capabilities and clientInfo are longer than " + LONGEST + " bytes of UTF-8"));
        }
        return (Session.Held) open(permit, sealed(permit, text));
    }

    private static boolean isTooLong(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length > LONGEST;
    }

    private static Map<String, String> members(String key, String value) {
        var members = new LinkedHashMap<String, String>();
        members.put(key, value);
        return members;
    }

    private String sealed(Permit permit, String text) {
        return seals.seal(text, settings.sessionLifetime(), context(permit));
    }

    /**
     * Opens a session id that a client presents.
     *
     * @throws Refusal {@code SessionEnded} where it is not of this user and endpoint, was changed, is over or was ended
     */
    public Session open(Permit permit, String sealed) {
        var opened = revocations.revoked(digest(sealed)) ? null : seals.open(sealed, context(permit));
        if (opened == null) {
            throw gone();
        }
        var said = JsonParts.members(opened.text());
        String upstream = JsonParts.string(said.get("upstream"));
        if (upstream != null) {
            return new Session.Passed(sealed, upstream, "true".equals(said.get("urls")), opened.expires());
        }
        return new Session.Held(
                sealed,
                Objects.requireNonNull(JsonParts.string(said.get("key"))),
                Objects.requireNonNull(
                        ProtocolVersion.find(Objects.requireNonNull(JsonParts.string(said.get("version"))))),
                Objects.requireNonNull(said.get("capabilities")),
                said.get("client"),
                opened.expires());
    }

    /** Ends it on all replicas. Empty when that is written. */
    public Mono<Void> end(Session session) {
        return revocations.revoke(digest(session.sealed()), session.expires());
    }

    /**
     * For what goes on in a session that was open when it began. Memory only.
     *
     * @throws Refusal {@code SessionEnded} where it was ended since
     */
    public void demandOpen(Session session) {
        if (revocations.revoked(digest(session.sealed()))) {
            throw gone();
        }
    }

    /** Empty once the session was ended, on whichever replica. */
    public Mono<Void> ended(Session session) {
        return Mono.defer(() -> {
            String digest = digest(session.sealed());
            return Flux.merge(1, changes.swaps(), Mono.just(Topic.ENDED_SESSIONS))
                    .filter(topic -> topic == Topic.ENDED_SESSIONS)
                    .filter(_ -> revocations.revoked(digest))
                    .next()
                    .then();
        });
    }

    private static Refusal gone() {
        return new Refusal(new Reason.SessionEnded("Session not found; start a new one with initialize"));
    }

    private static String context(Permit permit) {
        var target = permit.arrival().target();
        return "session|" + permit.caller().user() + "|" + target.kind() + "|" + target.name();
    }

    private static String digest(String sealed) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return "session:" + HexFormat.of().formatHex(sha.digest(sealed.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-256
        }
    }
}
