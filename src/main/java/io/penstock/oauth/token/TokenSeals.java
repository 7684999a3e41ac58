package io.penstock.oauth.token;

import io.penstock.oauth.token.StoredToken.Status;
import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.r2dbc.spi.Readable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Seals tokens for the one row that they belong to, and opens what is read of it. */
@Component
final class TokenSeals implements SealedColumns {

    private static final Logger LOG = LoggerFactory.getLogger(TokenSeals.class);

    private final Vault vault;

    TokenSeals(Vault vault) {
        this.vault = vault;
    }

    @Override
    public List<SealedColumn> sealedColumns() {
        return List.of(column("access"), column("refresh"));
    }

    private static SealedColumn column(String name) {
        return new SealedColumn.Lasting(
                "oauth_tokens",
                name + "_sealed",
                "id",
                UUID.class,
                List.of("user_name"),
                row -> context(name, some(row, "id", UUID.class), some(row, "user_name", String.class)));
    }

    /** For that column of that row. */
    byte[] seal(Secret token, String column, UUID id, String user) {
        return vault.seal(token.reveal().getBytes(StandardCharsets.UTF_8), context(column, id, user));
    }

    private static String context(String column, UUID id, String user) {
        return "oauth_tokens|" + column + "|" + id + "|" + user;
    }

    /** A token that does not open is as none. */
    StoredToken token(Readable row) {
        UUID id = some(row, "id", UUID.class);
        String user = some(row, "user_name", String.class);
        Secret access = opened(row, "access", id, user);
        String scopes = some(row, "scopes", String.class);
        String revocation = row.get("revocation_url", String.class);
        return new StoredToken(
                id,
                new TokenKey(
                        some(row, "gateway_id", UUID.class),
                        user,
                        some(row, "authority", String.class),
                        row.get("got_with", UUID.class)),
                Status.valueOf(some(row, "status", String.class)),
                revocation == null ? null : URI.create(revocation),
                access,
                opened(row, "refresh", id, user),
                scopes.isEmpty() ? List.of() : List.of(scopes.split(" ")),
                access == null ? null : seconds(row, "seconds_left"),
                seconds(row, "seconds_to_renewal"),
                seconds(row, "seconds_to_retry"),
                some(row, "failures", Integer.class),
                row.get("last_error", String.class),
                row.get("failed_with", UUID.class),
                some(row, "client_unknown", Boolean.class),
                some(row, "version", Long.class));
    }

    /**
     * The same; a user's that does not open is refused with {@code Unavailable}: its user would be asked to agree again for nothing, where only
     * this replica lacks the key.
     */
    StoredToken whole(Readable row) {
        StoredToken token = token(row);
        boolean lost = isLost(row, "access", token.access()) || isLost(row, "refresh", token.refresh());
        if (lost && !token.key().user().isEmpty()) {
            LOG.error(
                    "The stored token {} does not open: its key is not in the keyset, or the row was changed outside the gateway. The"
                            + " calls of its user are refused until it opens, or the user agrees again.",
                    token.id());
            throw new Refusal(new Reason.Unavailable(
                    "The stored token of this user does not open; an operator must look at the keys of the vault, or the user agree again",
                    Duration.ofMinutes(1)));
        }
        return token;
    }

    private static boolean isLost(Readable row, String column, @Nullable Secret opened) {
        return opened == null && row.get(column + "_sealed", byte[].class) != null;
    }

    /** Null also where it does not open. */
    private @Nullable Secret opened(Readable row, String column, UUID id, String user) {
        byte[] sealed = row.get(column + "_sealed", byte[].class);
        if (sealed == null) {
            return null;
        }
        try {
            return new Secret(new String(vault.open(sealed, context(column, id, user)), StandardCharsets.UTF_8));
        } catch (Vault.SealBroken broken) {
            return null;
        }
    }

    private static Duration seconds(Readable row, String column) {
        Double seconds = row.get(column, Double.class);
        return seconds == null ? Duration.ZERO : Duration.ofMillis((long) (seconds * 1000));
    }

    private static <T> T some(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
