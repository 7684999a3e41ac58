package io.penstock.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AeadKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** What stands in a keyset file. */
record KeysetText(Path file, String text) {

    static final String SETTING = "AUTH_ENCRYPTION_KEYSET_FILE";

    /** What whoever keeps the master key may open another time: they were not reached, or refused. */
    static final class Unopened extends InvalidConfigurationPropertyValueException {

        private static final long serialVersionUID = 1L;

        private Unopened(String why) {
            super(SETTING, null, why);
        }
    }

    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private static final int ROOT = 0;

    /** Belongs to who this process runs as, where there is such a thing. */
    private static final Path SELF = Path.of("/proc/self");

    /** Error: one that names the setting and what would be right. */
    static KeysetText read(Path file) {
        try {
            if (!isPrivate(Files.getPosixFilePermissions(file), owner(file), owner(SELF))) {
                throw refused(
                        "Others than its owner can use " + file
                                + ": its mode must be 0600 or 0400, or 0440 where root owns it and the gateway is in its group.");
            }
            return new KeysetText(file, Files.readString(file));
        } catch (IOException unreadable) {
            throw refused("The file " + file + " cannot be read.");
        }
    }

    /** What root owns may be given to its reader by its group, as Kubernetes does with {@code fsGroup}. */
    static boolean isPrivate(Set<PosixFilePermission> permissions, int owner, int reader) {
        var others = new HashSet<>(permissions);
        others.removeAll(OWNER);
        if (owner == ROOT && reader != ROOT) {
            others.remove(PosixFilePermission.GROUP_READ);
        }
        return others.isEmpty();
    }

    /** The numeric id of who owns it; where there is no such file, root's. */
    private static int owner(Path file) throws IOException {
        return Files.exists(file) ? (int) Files.getAttribute(file, "unix:uid") : ROOT;
    }

    /**
     * Error: as {@link #read}, and never with the text in it.
     *
     * @param master what the text is encrypted with; null where it is not. It is asked, which blocks
     */
    KeysetHandle keys(@Nullable MasterKey master) {
        Aead opening = master == null ? null : master.aead();
        KeysetHandle keys;
        try {
            keys = opening == null
                    ? TinkJsonProtoKeysetFormat.parseKeyset(text, AeadConfig2026.get(), InsecureSecretKeyAccess.get())
                    : TinkJsonProtoKeysetFormat.parseEncryptedKeyset(
                            text, opening, Keysets.CONTEXT, AeadConfig2026.get());
            var _ = keys.getPrimitive(AeadConfig2026.get(), Aead.class);
        } catch (GeneralSecurityException | IllegalArgumentException notAKeyset) {
            throw opening == null
                    ? refused(file + " holds no Tink AEAD keyset in JSON, as keyset create (or tinkey create-keyset"
                            + " --key-template AES256_GCM) makes; one that is encrypted needs " + MasterKey.SETTING
                            + ".")
                    : new Unopened(file + " is not opened with " + MasterKey.SETTING + ": " + notAKeyset.getMessage());
        }
        for (int i = 0; i < keys.size(); i++) {
            if (!(keys.getAt(i).getKey() instanceof AeadKey key)
                    || key.getOutputPrefix().size() != KeyRing.PREFIX) {
                throw refused(
                        "The key " + Integer.toUnsignedString(keys.getAt(i).getId()) + " of " + file
                                + " does not mark what it seals (RAW): its output prefix must be TINK.");
            }
        }
        return keys;
    }

    private static InvalidConfigurationPropertyValueException refused(String why) {
        return new InvalidConfigurationPropertyValueException(SETTING, null, why);
    }

    /** Without what stands in it. */
    @Override
    public String toString() {
        return "KeysetText of " + file;
    }
}
