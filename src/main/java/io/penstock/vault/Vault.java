package io.penstock.vault;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Authenticated encryption with associated data. Ciphertexts carry the id of their key, so that keys rotate while old ones still open.
 * Microseconds a call, no I/O: safe on an event loop.
 */
public interface Vault {

    /**
     * The vault of a gateway with these settings (see {@code AUTH_ENCRYPTION_SECRET} and those beside it), without the rest of it. Takes
     * some 200 ms a secret.
     *
     * @throws org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException that names the setting
     */
    static Vault of(Secret secret, List<Secret> previousSecrets, @Nullable Path keysetFile)
            throws GeneralSecurityException {
        return of(secret, previousSecrets, keysetFile, "", new Secret(""));
    }

    /** As {@link #of(Secret, List, Path)}, where the keyset file may be encrypted ({@code AUTH_ENCRYPTION_MASTER_KEY}). */
    static Vault of(
            Secret secret,
            List<Secret> previousSecrets,
            @Nullable Path keysetFile,
            String masterKey,
            Secret masterToken)
            throws GeneralSecurityException {
        return new TinkVault(Keys.of(new VaultSettings(secret, previousSecrets, keysetFile, masterKey, masterToken)));
    }

    /**
     * Seals bytes so that they open only with the same associated data.
     *
     * @param context what the bytes belong to ({@code table|column|row id|tenant}, or {@code session|user|gateway id})
     */
    byte[] seal(byte[] plain, String context);

    /**
     * Opens what {@link #seal} made.
     *
     * @throws SealBroken when it was not sealed here, was changed, or belongs to another context
     */
    byte[] open(byte[] sealed, String context) throws SealBroken;

    /** A ciphertext that does not open: never treat it as plain text, never show it. */
    final class SealBroken extends Exception {

        private static final long serialVersionUID = 1L;

        public SealBroken() {
            super("A sealed value does not open with this key and context", null, false, false);
        }
    }
}
