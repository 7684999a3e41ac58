package io.penstock.caller.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.caller.IdToken;
import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** ID tokens of sign-ins, sealed in the rows of their sessions, with which they go; in memory only while a call needs one. */
@Component
public final class SessionIdTokens implements SealedColumns {

    private static final Logger LOG = LoggerFactory.getLogger(SessionIdTokens.class);

    private static final String KEEP =
            "UPDATE sign_in_sessions SET id_token_sealed = :sealed, id_token_ends = :ends WHERE id = :id";

    private static final String SELECT = """
            SELECT id, user_name, id_token_sealed, id_token_ends
            FROM sign_in_sessions WHERE id = :id AND id_token_ends IS NOT NULL AND expires_at > CURRENT_TIMESTAMP
            """;

    private static final String FORGET =
            "UPDATE sign_in_sessions SET id_token_sealed = NULL WHERE id_token_sealed IS NOT NULL AND id_token_ends < :now";

    private final DatabaseClient database;
    private final Vault vault;
    private final InstantSource clock;

    @Autowired
    SessionIdTokens(DatabaseClient database, Vault vault) {
        this(database, vault, InstantSource.system());
    }

    SessionIdTokens(DatabaseClient database, Vault vault, InstantSource clock) {
        this.database = database;
        this.vault = vault;
        this.clock = clock;
    }

    @Override
    public List<SealedColumn> sealedColumns() {
        return List.of(new SealedColumn.Lasting(
                "sign_in_sessions",
                "id_token_sealed",
                "id",
                UUID.class,
                List.of("user_name"),
                row -> context(get(row, "id", UUID.class), get(row, "user_name", String.class))));
    }

    private static String context(UUID session, String user) {
        return "sign_in_sessions|id_token|" + session + "|" + user;
    }

    /** Empty when it is in the row of its session. */
    Mono<Void> keep(Session session, IdToken token) {
        return Mono.defer(() -> database.sql(KEEP)
                .bind(
                        "sealed",
                        vault.seal(token.token().reveal().getBytes(UTF_8), context(session.id(), session.user())))
                .bind("ends", token.ends())
                .bind("id", session.id())
                .then());
    }

    /**
     * That of a session. Empty where none is kept. Error: {@code Barred} where it has ended, {@code Unavailable} where it cannot be read.
     */
    public Mono<IdToken> of(UUID session) {
        return database.sql(SELECT)
                .bind("id", session)
                .map(this::opened)
                .one()
                .onErrorMap(error -> !(error instanceof Refusal), _ -> unavailable("Sessions cannot be looked up now"));
    }

    private IdToken opened(Readable row) {
        Instant ends = get(row, "id_token_ends", Instant.class);
        byte[] sealed = row.get("id_token_sealed", byte[].class);
        if (sealed == null || !clock.instant().isBefore(ends)) {
            throw new Refusal(new Reason.Barred("The ID token of your sign-in ended at " + ends
                    + ", and no other server takes it any more: sign in again at /oauth/login"));
        }
        UUID id = get(row, "id", UUID.class);
        try {
            byte[] token = vault.open(sealed, context(id, get(row, "user_name", String.class)));
            return new IdToken(new Secret(new String(token, UTF_8)), ends);
        } catch (Vault.SealBroken _) {
            LOG.error(
                    "The ID token of session {} does not open: its key is not in the keyset, or the row was changed",
                    id);
            throw unavailable("The ID token of your sign-in does not open");
        }
    }

    private static Refusal unavailable(String what) {
        return new Refusal(new Reason.Unavailable(what + ": try again, or sign in again", Duration.ofSeconds(1)));
    }

    /** Lets go of those that have ended, whether their sessions have or not. */
    Mono<Void> forgetEnded() {
        return Mono.defer(
                () -> database.sql(FORGET).bind("now", clock.instant()).then());
    }

    private static <T> T get(Readable row, String name, Class<T> type) {
        return Objects.requireNonNull(row.get(name, type), name);
    }
}
