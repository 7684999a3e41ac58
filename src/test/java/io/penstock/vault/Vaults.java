package io.penstock.vault;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Real vaults, and keys to make them of. */
public final class Vaults {

    private Vaults() {}

    /** A random key. */
    public record Key(AesGcmKey key) {

        /** As the vault names it. */
        public String id() {
            return KeyRing.idOf(key.getOutputPrefix().toByteArray());
        }
    }

    /** A vault whose keys come from a file, and the file. */
    public record Watched(Vault vault, KeyRing keys, KeysetFile file) {}

    /** One with a random key of its own. */
    public static Vault fresh() {
        return of(key());
    }

    @AccessesPartialKey
    public static Key key() {
        try {
            return new Key(AesGcmKey.builder()
                    .setParameters(PredefinedAeadParameters.AES256_GCM)
                    .setKeyBytes(SecretBytes.randomBytes(32))
                    .setIdRequirement(ThreadLocalRandom.current().nextInt())
                    .build());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** One that seals with the first and opens what the others sealed too. */
    public static Vault of(Key primary, Key... others) {
        try {
            var all = new ArrayList<KeyRing.Key>();
            all.add(new KeyRing.Key(primary.id(), "test", true));
            List.of(others).forEach(key -> all.add(new KeyRing.Key(key.id(), "test", false)));
            return new TinkVault(new Keys.Bundle(keyset(primary, others), all));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The keys of one that was made here. */
    public static KeyRing keys(Vault vault) {
        return (KeyRing) vault;
    }

    /** The text of a keyset file. */
    public static String text(Key primary, Key... others) {
        try {
            return TinkJsonProtoKeysetFormat.serializeKeyset(
                    keyset(primary, others), AeadConfig2026.get(), InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** One that has its keys from that file. */
    public static Watched watched(Path file) {
        try {
            var watched = new WatchedFile(new VaultSettings(new Secret(""), List.of(), file), DerivedKey::of);
            return new Watched(watched.vault(), watched.vault(), watched);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static KeysetHandle keyset(Key primary, Key... others) throws GeneralSecurityException {
        var keys = KeysetHandle.newBuilder()
                .addEntry(KeysetHandle.importKey(primary.key()).makePrimary());
        for (Key other : others) {
            keys.addEntry(KeysetHandle.importKey(other.key()));
        }
        return keys.build();
    }
}
