package io.penstock.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import java.security.GeneralSecurityException;

/** AES-256-GCM by Tink: the first key of the keyset seals, the one that a ciphertext names in its first five bytes opens it. */
final class TinkVault implements Vault {

    private final Aead aead;

    TinkVault(KeysetHandle keys) throws GeneralSecurityException {
        aead = keys.getPrimitive(AeadConfig2026.get(), Aead.class);
    }

    @Override
    public byte[] seal(byte[] plain, String context) {
        try {
            return aead.encrypt(plain, context.getBytes(UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-GCM does not seal", impossible);
        }
    }

    @Override
    public byte[] open(byte[] sealed, String context) throws SealBroken {
        try {
            return aead.decrypt(sealed, context.getBytes(UTF_8));
        } catch (GeneralSecurityException broken) {
            throw new SealBroken();
        }
    }
}
