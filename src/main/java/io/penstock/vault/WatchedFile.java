package io.penstock.vault;

import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** The keyset file of the settings. It is told by its text whether it changed: mounted files are replaced with times that say nothing. */
final class WatchedFile implements KeysetFile {

    private final VaultSettings settings;
    private final Keys keys;
    private final TinkVault vault;

    /** What needs no look: it is in use, or can never be. Null where the next look has to tell. */
    private @Nullable KeysetText last;

    /** Reads the keys for the first time; slow where they are derived from secrets. */
    WatchedFile(VaultSettings settings, Keys.Derivation derivation) throws GeneralSecurityException {
        this.settings = settings;
        keys = Keys.from(settings, derivation);
        last = settings.keysetFile() == null ? null : KeysetText.read(settings.keysetFile());
        vault = new TinkVault(keys.with(last));
    }

    TinkVault vault() {
        return vault;
    }

    @Override
    public synchronized @Nullable Successor successor() {
        if (settings.keysetFile() == null) {
            return null;
        }
        KeysetText before = last;
        last = null;
        KeysetText now = KeysetText.read(settings.keysetFile());
        if (now.equals(before)) {
            last = before;
            return null;
        }
        try {
            return new Next(now, new TinkVault(keys.with(now)));
        } catch (KeysetText.Unopened later) {
            throw later;
        } catch (GeneralSecurityException | InvalidConfigurationPropertyValueException bad) {
            last = now;
            throw bad instanceof InvalidConfigurationPropertyValueException told
                    ? told
                    : new IllegalStateException("Keys that were checked make no vault", bad);
        }
    }

    private synchronized void settle(KeysetText text) {
        last = text;
    }

    /** What the file holds now. */
    private final class Next implements Successor {

        private final KeysetText text;
        private final TinkVault next;

        Next(KeysetText text, TinkVault next) {
            this.text = text;
            this.next = next;
        }

        @Override
        public Vault vault() {
            return next;
        }

        @Override
        public KeyRing keys() {
            return next;
        }

        @Override
        public void use() {
            vault.become(next);
            settle(text);
        }

        @Override
        public void refuse() {
            settle(text);
        }
    }
}
