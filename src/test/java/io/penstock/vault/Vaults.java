package io.penstock.vault;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.concurrent.ThreadLocalRandom;

/** Real vaults, each with a random key of its own. */
public final class Vaults {

    private Vaults() {}

    @AccessesPartialKey
    public static Vault fresh() {
        try {
            var key = AesGcmKey.builder()
                    .setParameters(PredefinedAeadParameters.AES256_GCM)
                    .setKeyBytes(SecretBytes.randomBytes(32))
                    .setIdRequirement(ThreadLocalRandom.current().nextInt())
                    .build();
            var entry = KeysetHandle.importKey(key).makePrimary();
            return new TinkVault(KeysetHandle.newBuilder().addEntry(entry).build());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
