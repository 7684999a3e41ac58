package io.penstock.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.vault.Vault;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** A known text, sealed by each key that ever sealed rows here: who cannot open all of them must not start, or rows would be lost. */
final class Canary {

    private static final byte[] SONG = "penstock".getBytes(US_ASCII);
    private static final String CONTEXT = "vault_canary|sealed||";

    /** Tink's prefix: a version byte and the four of the key's id. */
    private static final int PREFIX = 5;

    private Canary() {}

    static void check(Connection connection, Vault vault) throws SQLException {
        Set<String> opened = new HashSet<>();
        try (var select = connection.prepareStatement("SELECT key_id, sealed FROM vault_canary");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                open(vault, rows.getBytes("sealed"));
                opened.add(rows.getString("key_id"));
            }
        }
        byte[] sealed = vault.seal(SONG, CONTEXT);
        String keyId = HexFormat.of().formatHex(sealed, 0, PREFIX);
        if (!opened.contains(keyId)) {
            insert(connection, keyId, sealed);
        }
    }

    private static void open(Vault vault, byte[] sealed) {
        try {
            if (Arrays.equals(vault.open(sealed, CONTEXT), SONG)) {
                return;
            }
        } catch (Vault.SealBroken otherKey) {
            // told below
        }
        throw new InvalidConfigurationPropertyValueException(
                "AUTH_ENCRYPTION_SECRET",
                null,
                "It (or AUTH_ENCRYPTION_KEYSET_FILE) is not the one that sealed this database. Right would be that one; where it was"
                        + " changed, the earlier secret belongs into AUTH_ENCRYPTION_PREVIOUS_SECRETS.");
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
