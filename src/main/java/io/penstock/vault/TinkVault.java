package io.penstock.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.aead.AeadConfig2026;
import java.security.GeneralSecurityException;
import java.util.List;

/** AES-256-GCM by Tink: the first key of the keyset seals, the one that a ciphertext names in its first five bytes opens it. */
final class TinkVault implements Vault, KeyRing {

    private volatile InUse inUse;

    TinkVault(Keys.Bundle bundle) throws GeneralSecurityException {
        inUse = new InUse(bundle.handle().getPrimitive(AeadConfig2026.get(), Aead.class), bundle.keys());
    }

    /** Both together, so that nobody sees one without the other. */
    private record InUse(Aead aead, List<KeyRing.Key> keys) {}

    /** Seals and opens with the other's keys from now on. */
    void become(TinkVault other) {
        inUse = other.inUse;
    }

    @Override
    public List<KeyRing.Key> keys() {
        return inUse.keys();
    }

    @Override
    public byte[] seal(byte[] plain, String context) {
        try {
            return inUse.aead().encrypt(plain, context.getBytes(UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-GCM does not seal", impossible);
        }
    }

    @Override
    public byte[] open(byte[] sealed, String context) throws SealBroken {
        try {
            return inUse.aead().decrypt(sealed, context.getBytes(UTF_8));
        } catch (GeneralSecurityException broken) {
            throw new SealBroken();
        }
    }
}
