package io.penstock.mcp.line;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.vault.Vault;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Base64;
import org.springframework.stereotype.Component;

/** Names of lines for clients: the replica and the line, sealed for one user at one endpoint, so that a stolen one opens for nobody else. */
@Component
final class LineIds {

    private static final int LONGEST = 1024;

    private final Vault vault;

    LineIds(Vault vault) {
        this.vault = vault;
    }

    /** Where a line is. */
    record Place(String replica, String line) {}

    String seal(Place place, String user, Target target) {
        byte[] plain = (place.line() + '|' + place.replica()).getBytes(UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(vault.seal(plain, context(user, target)));
    }

    /** Throws a {@link Refusal} ({@code SessionEnded}) where it is not of this user and endpoint, or was changed. */
    Place open(String sealed, String user, Target target) {
        try {
            if (sealed.length() <= LONGEST) {
                byte[] plain = vault.open(Base64.getUrlDecoder().decode(sealed), context(user, target));
                String[] parts = new String(plain, UTF_8).split("\\|", 2);
                return new Place(parts[1], parts[0]);
            }
        } catch (Vault.SealBroken | IllegalArgumentException e) {
            throw gone();
        }
        throw gone();
    }

    static Refusal gone() {
        return new Refusal(
                new Reason.SessionEnded("There is no such line open: open one and send messages to its endpoint"));
    }

    private static String context(String user, Target target) {
        return "line|" + target.kind() + '|' + target.name().length() + '|' + target.name() + '|' + user;
    }
}
