package io.penstock.store.sealed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.vault.KeyRing;
import io.penstock.vault.Vault;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** A known text, sealed by each key that seals values here: who cannot open all of them must not start, or those would be lost. */
public final class Canary {

    private static final byte[] SONG = "penstock".getBytes(US_ASCII);
    private static final String CONTEXT = "vault_canary|sealed||";

    private Canary() {}

    /** At the start: notes that its key is the last one that was started with. Error: one that names the setting. */
    public static void check(Connection connection, Vault vault) throws SQLException {
        try (var select = connection.prepareStatement("SELECT sealed FROM vault_canary");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                if (!opens(vault, rows.getBytes("sealed"))) {
                    throw new InvalidConfigurationPropertyValueException(
                            "AUTH_ENCRYPTION_SECRET",
                            null,
                            "It (or AUTH_ENCRYPTION_KEYSET_FILE) is not the one that sealed this database. Right would be that one; where"
                                    + " it was changed, the earlier secret belongs into AUTH_ENCRYPTION_PREVIOUS_SECRETS.");
                }
            }
        }
        byte[] sealed = sing(vault);
        String keyId = KeyRing.idOf(sealed);
        if (execute(
                        connection,
                        "UPDATE vault_canary SET chosen_at = CURRENT_TIMESTAMP, seen_at = CURRENT_TIMESTAMP WHERE key_id = ?",
                        keyId)
                == 0) {
            insert(connection, keyId, sealed);
        }
    }

    static byte[] sing(Vault vault) {
        return vault.seal(SONG, CONTEXT);
    }

    static boolean opens(Vault vault, byte[] sealed) {
        try {
            return Arrays.equals(vault.open(sealed, CONTEXT), SONG);
        } catch (Vault.SealBroken otherKey) {
            return false;
        }
    }

    private static int execute(Connection connection, String sql, String keyId) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, keyId);
            return update.executeUpdate();
        }
    }

    /** Another replica may be doing the same. */
    private static void insert(Connection connection, String keyId, byte[] sealed) throws SQLException {
        try (var insert = connection.prepareStatement(
                "INSERT INTO vault_canary (key_id, sealed) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
            insert.setString(1, keyId);
            insert.setBytes(2, sealed);
            insert.executeUpdate();
        }
    }
}
