package io.penstock.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Makes the keyset that the settings name; the key that seals comes first. */
final class Keys {

    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private Keys() {}

    /** Error: one that names the setting and what would be right, and never a secret. */
    static KeysetHandle of(VaultSettings settings) throws GeneralSecurityException {
        List<KeysetHandle.Builder.Entry> entries = new ArrayList<>();
        if (settings.keysetFile() != null) {
            addAll(entries, read(settings.keysetFile()));
        }
        String secret = settings.secret().reveal();
        if (!secret.isEmpty() || settings.keysetFile() == null) {
            entries.add(entry("AUTH_ENCRYPTION_SECRET", settings.secret()));
        }
        for (Secret previous : settings.previousSecrets()) {
            entries.add(entry("AUTH_ENCRYPTION_PREVIOUS_SECRETS", previous));
        }
        return together(entries);
    }

    private static KeysetHandle together(List<KeysetHandle.Builder.Entry> entries) {
        KeysetHandle.Builder keys = KeysetHandle.newBuilder();
        entries.getFirst().makePrimary();
        entries.forEach(keys::addEntry);
        try {
            return keys.build();
        } catch (GeneralSecurityException twice) {
            throw refused("AUTH_ENCRYPTION_PREVIOUS_SECRETS", "A secret is named twice: each may be there once.");
        }
    }

    private static KeysetHandle.Builder.Entry entry(String setting, Secret secret) throws GeneralSecurityException {
        String weakness = Strength.weakness(secret);
        if (weakness != null) {
            throw refused(setting, weakness);
        }
        return KeysetHandle.importKey(DerivedKey.of(secret));
    }

    private static void addAll(List<KeysetHandle.Builder.Entry> entries, KeysetHandle keys)
            throws GeneralSecurityException {
        entries.add(KeysetHandle.importKey(keys.getPrimary().getKey())
                .withFixedId(keys.getPrimary().getId()));
        for (int i = 0; i < keys.size(); i++) {
            KeysetHandle.Entry entry = keys.getAt(i);
            if (!entry.isPrimary()) {
                entries.add(KeysetHandle.importKey(entry.getKey())
                        .withFixedId(entry.getId())
                        .setStatus(entry.getStatus()));
            }
        }
    }

    private static KeysetHandle read(Path file) {
        String setting = "AUTH_ENCRYPTION_KEYSET_FILE";
        try {
            if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
                throw refused(setting, "Others than its owner can use " + file + ": its mode must be 0600 or 0400.");
            }
            KeysetHandle keys = TinkJsonProtoKeysetFormat.parseKeyset(
                    Files.readString(file), AeadConfig2026.get(), InsecureSecretKeyAccess.get());
            var _ = keys.getPrimitive(AeadConfig2026.get(), Aead.class);
            return keys;
        } catch (IOException unreadable) {
            throw refused(setting, "The file " + file + " cannot be read.");
        } catch (GeneralSecurityException notAKeyset) {
            throw refused(
                    setting,
                    file
                            + " holds no Tink AEAD keyset in JSON, as tinkey create-keyset --key-template AES256_GCM makes.");
        }
    }

    private static InvalidConfigurationPropertyValueException refused(String setting, String why) {
        return new InvalidConfigurationPropertyValueException(setting, null, why);
    }
}
