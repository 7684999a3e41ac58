package io.penstock.caller.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The cookie of a session: sealed, so that neither its user nor whoever reads the database can make one. It is the same for as long as the
 * session lasts.
 */
public final class SessionCookie {

    /** Its name, which clients of other kinds than browsers know too. */
    public static final String NAME = "mcp_gateway_session";

    private static final String CONTEXT = "cookie|" + NAME;
    private static final String FORM = "1";
    private static final int PARTS = 4;
    private static final int LONGEST = 2048;

    private final Vault vault;

    SessionCookie(Vault vault) {
        this.vault = vault;
    }

    /** What a cookie says. */
    record Content(UUID id, Instant expires, String user) {}

    Secret seal(Session session) {
        String text = String.join(
                "|",
                FORM,
                session.id().toString(),
                Long.toString(session.expires().toEpochMilli()),
                session.user());
        byte[] sealed = vault.seal(text.getBytes(UTF_8), CONTEXT);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(sealed));
    }

    /** Null where it was not sealed here, with this key. */
    @Nullable
    Content open(String value) {
        if (value.length() > LONGEST) {
            return null;
        }
        try {
            var parts =
                    new String(vault.open(Base64.getUrlDecoder().decode(value), CONTEXT), UTF_8).split("\\|", PARTS);
            return parts.length == PARTS && parts[0].equals(FORM)
                    ? new Content(UUID.fromString(parts[1]), Instant.ofEpochMilli(Long.parseLong(parts[2])), parts[3])
                    : null;
        } catch (Vault.SealBroken | IllegalArgumentException notOurs) {
            return null;
        }
    }
}
