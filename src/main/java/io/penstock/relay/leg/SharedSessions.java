package io.penstock.relay.leg;

import io.penstock.catalog.Gateway;
import io.penstock.relay.leg.Leg.Greeting;
import io.penstock.relay.leg.SessionLeg.Session;
import io.penstock.store.Keepsakes;
import io.penstock.vault.Vault;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Upstream sessions that all replicas use, so that an upstream sees one session of a party's whichever replica calls. Without the database
 * each replica has its own.
 */
final class SharedSessions {

    private static final Logger LOG = LoggerFactory.getLogger(SharedSessions.class);

    private final Keepsakes keepsakes;
    private final Vault vault;
    private final Clock clock;
    private final Duration lifetime;

    SharedSessions(Keepsakes keepsakes, Vault vault, Clock clock, Duration lifetime) {
        this.keepsakes = keepsakes;
        this.vault = vault;
        this.clock = clock;
        this.lifetime = lifetime;
    }

    /** The session of a party at a gateway; empty where there is none. */
    Mono<Session> find(Gateway gateway, Party party) {
        return Mono.defer(() -> {
            String digest = digest(gateway, party);
            return keepsakes.find(digest).flatMap(found -> open(digest, found));
        });
    }

    private Mono<Session> open(String digest, byte[] sealed) {
        try {
            var plain = new String(vault.open(sealed, context(digest)), StandardCharsets.UTF_8);
            return Mono.just(read(plain));
        } catch (Vault.SealBroken e) {
            return keepsakes.remove(digest, sealed).then(Mono.empty());
        }
    }

    /** Shares a session that was just opened; gives the one that is shared now, which may be another replica's. Empty where none is. */
    Mono<Session> share(Gateway gateway, Party party, Session own) {
        return Mono.defer(() -> {
            String digest = digest(gateway, party);
            byte[] sealed = vault.seal(write(own).getBytes(StandardCharsets.UTF_8), context(digest));
            return keepsakes
                    .put(digest, owner(party.key()), sealed, clock.instant().plus(lifetime))
                    .flatMap(first -> first ? Mono.just(own) : find(gateway, party))
                    .doOnError(error -> LOG.warn("A session with an upstream is not shared: {}", error.toString()));
        });
    }

    /** Forgets a session that the upstream has ended, unless another one is shared by now. Never errors. */
    Mono<Void> forget(Gateway gateway, Party party, Session ended) {
        return Mono.defer(() -> {
            String digest = digest(gateway, party);
            return keepsakes
                    .find(digest)
                    .flatMap(found -> open(digest, found)
                            .filter(shared -> Objects.equals(shared.id(), ended.id()))
                            .flatMap(_ -> keepsakes.remove(digest, found)))
                    .onErrorComplete();
        });
    }

    /** Forgets all sessions of a party. Never errors. */
    Mono<Void> forgetAll(String partyKey) {
        return Mono.defer(() -> keepsakes.removeAll(owner(partyKey))).onErrorComplete();
    }

    static String context(String digest) {
        return "upstream_sessions|sealed|" + digest;
    }

    private static String owner(String partyKey) {
        return sha256("party", partyKey);
    }

    private static String digest(Gateway gateway, Party party) {
        return sha256(
                gateway.id().toString(),
                Long.toString(gateway.version()),
                party.key(),
                party.capabilities(),
                party.clientInfo(),
                party.logLevel());
    }

    private static String sha256(@Nullable String... parts) {
        String text = Arrays.stream(parts)
                .map(part -> part == null ? "null" : Message.quote(part))
                .collect(Collectors.joining(","));
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-256
        }
    }

    private static String write(Session session) {
        var greeting = session.greeting();
        var members = new LinkedHashMap<String, String>();
        members.put("version", Message.quote(greeting.version().text()));
        members.put("transport", Message.quote(greeting.transport()));
        members.put("capabilities", greeting.capabilities());
        members.put("id", Message.quote(Objects.requireNonNull(session.id())));
        Stream.ofNullable(greeting.serverInfo()).forEach(info -> members.put("serverInfo", info));
        Stream.ofNullable(greeting.instructions()).forEach(text -> members.put("instructions", Message.quote(text)));
        return Message.object(members);
    }

    private static Session read(String plain) {
        var members = JsonParts.members(plain);
        var version = ProtocolVersion.find(text(members.get("version")));
        var greeting = new Greeting(
                Objects.requireNonNull(version),
                text(members.get("transport")),
                members.getOrDefault("capabilities", "{}"),
                members.get("serverInfo"),
                JsonParts.string(members.get("instructions")));
        return new Session(greeting, text(members.get("id")));
    }

    private static String text(@Nullable String json) {
        return Objects.requireNonNull(JsonParts.string(json));
    }
}
