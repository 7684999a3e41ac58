package io.penstock.vault;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadKey;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Makes the keyset that the settings name; the key that seals comes first. Deriving keys from secrets is slow, so it is done once. */
final class Keys {

    private static final String SECRET = "AUTH_ENCRYPTION_SECRET";
    private static final String PREVIOUS = "AUTH_ENCRYPTION_PREVIOUS_SECRETS";

    private final @Nullable Path file;
    private final @Nullable MasterKey master;
    private final List<Named> derived;

    private Keys(@Nullable Path file, @Nullable MasterKey master, List<Named> derived) {
        this.file = file;
        this.master = master;
        this.derived = derived;
    }

    /** A key and the setting that it comes from; it may have an id that it must keep. */
    private record Named(String origin, KeysetHandle.Builder.Entry entry, AeadKey key) {}

    /** How a key is made of a secret. */
    interface Derivation {

        AeadKey of(Secret secret) throws GeneralSecurityException;
    }

    /** Keys that belong together, and what is told of them. */
    record Bundle(KeysetHandle handle, List<KeyRing.Key> keys) {}

    /** Error: one that names the setting and what would be right, and never a secret. */
    static Keys from(VaultSettings settings, Derivation derivation) throws GeneralSecurityException {
        if (settings.keysetFile() == null && !settings.masterKey().isBlank()) {
            throw refused(
                    MasterKey.SETTING, "It encrypts the file of AUTH_ENCRYPTION_KEYSET_FILE, and none is named there.");
        }
        List<Named> derived = new ArrayList<>();
        if (!settings.secret().reveal().isEmpty() || settings.keysetFile() == null) {
            derived.add(derive(SECRET, settings.secret(), derivation));
        }
        for (Secret previous : settings.previousSecrets()) {
            derived.add(derive(PREVIOUS, previous, derivation));
        }
        return new Keys(settings.keysetFile(), MasterKey.of(settings.masterKey(), settings.masterToken()), derived);
    }

    /** The keys as they are now, the file read. Error: as {@link #from}. */
    static Bundle of(VaultSettings settings) throws GeneralSecurityException {
        Keys keys = from(settings, DerivedKey::of);
        return keys.with(keys.file == null ? null : KeysetText.read(keys.file));
    }

    /** The keys of a file's text before those of the secrets. Error: as {@link #from}. */
    Bundle with(@Nullable KeysetText text) throws GeneralSecurityException {
        List<Named> all = new ArrayList<>();
        if (text != null) {
            addAll(all, text.keys(master));
        }
        derived.forEach(named -> all.add(new Named(named.origin(), KeysetHandle.importKey(named.key()), named.key())));
        return together(all);
    }

    private static Bundle together(List<Named> all) {
        KeysetHandle.Builder handle = KeysetHandle.newBuilder();
        all.getFirst().entry().makePrimary();
        List<KeyRing.Key> keys = new ArrayList<>();
        for (Named named : all) {
            handle.addEntry(named.entry());
            keys.add(new KeyRing.Key(prefix(named.key()), named.origin(), keys.isEmpty()));
        }
        try {
            return new Bundle(handle.build(), List.copyOf(keys));
        } catch (GeneralSecurityException twice) {
            throw refused(PREVIOUS, "A secret is named twice: each may be there once.");
        }
    }

    private static Named derive(String setting, Secret secret, Derivation derivation) throws GeneralSecurityException {
        String weakness = Strength.weakness(secret);
        if (weakness != null) {
            throw refused(setting, weakness);
        }
        AeadKey key = derivation.of(secret);
        return new Named(setting, KeysetHandle.importKey(key), key);
    }

    /** The one that seals first; those that are switched off open nothing and are left out. */
    private static void addAll(List<Named> all, KeysetHandle keys) {
        all.add(ofFile(keys.getPrimary()));
        for (int i = 0; i < keys.size(); i++) {
            KeysetHandle.Entry entry = keys.getAt(i);
            if (!entry.isPrimary() && entry.getStatus() == com.google.crypto.tink.KeyStatus.ENABLED) {
                all.add(ofFile(entry));
            }
        }
    }

    private static Named ofFile(KeysetHandle.Entry entry) {
        var kept = KeysetHandle.importKey(entry.getKey()).withFixedId(entry.getId());
        return new Named(KeysetText.SETTING, kept, (AeadKey) entry.getKey());
    }

    private static String prefix(AeadKey key) {
        return KeyRing.idOf(key.getOutputPrefix().toByteArray());
    }

    private static InvalidConfigurationPropertyValueException refused(String setting, String why) {
        return new InvalidConfigurationPropertyValueException(setting, null, why);
    }
}
