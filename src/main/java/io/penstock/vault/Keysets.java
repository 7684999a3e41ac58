package io.penstock.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AeadKey;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes and changes keyset files, for an operator; a file is replaced as a whole, so that a gateway that looks at it sees no half of one. */
public final class Keysets {

    static final byte[] CONTEXT = "penstock/keyset/1".getBytes(UTF_8);

    private static final int KEY_BYTES = 32;

    private final Path file;
    private final @Nullable MasterKey master;

    private Keysets(Path file, @Nullable MasterKey master) {
        this.file = file;
        this.master = master;
    }

    /**
     * Those of one file.
     *
     * @param masterKey as {@code AUTH_ENCRYPTION_MASTER_KEY}; empty: the file is not encrypted
     * @param token as {@code AUTH_ENCRYPTION_MASTER_TOKEN}
     */
    public static Keysets in(Path file, String masterKey, Secret token) {
        return new Keysets(file, MasterKey.of(masterKey, token));
    }

    /** A new file with one key. Gives the key's id. Throws {@link IllegalArgumentException} where there is a file. */
    public String create() throws GeneralSecurityException, IOException {
        if (Files.exists(file)) {
            throw new IllegalArgumentException(file + " is there already: keyset add puts a key to it");
        }
        KeysetHandle keys =
                KeysetHandle.newBuilder().addEntry(fresh().makePrimary()).build();
        write(keys);
        return id(keys.getPrimary());
    }

    /** One more key, which opens and does not seal yet. Gives its id. */
    public String add() throws GeneralSecurityException, IOException {
        KeysetHandle before = read();
        KeysetHandle keys = KeysetHandle.newBuilder(before).addEntry(fresh()).build();
        write(keys);
        return id(keys.getAt(keys.size() - 1));
    }

    /** Lets a key seal. Throws {@link IllegalArgumentException} where there is no such key. */
    public void promote(String id) throws GeneralSecurityException, IOException {
        var builder = KeysetHandle.newBuilder(read());
        builder.getAt(place(id)).makePrimary();
        write(builder.build());
    }

    /** Takes a key away. Throws {@link IllegalArgumentException} where there is no such key, or it seals. */
    public void remove(String id) throws GeneralSecurityException, IOException {
        KeysetHandle keys = read();
        int place = place(id);
        if (keys.getAt(place).isPrimary()) {
            throw new IllegalArgumentException("the key " + id + " seals: promote another one first");
        }
        write(KeysetHandle.newBuilder(keys).deleteAt(place).build());
    }

    /** The ids of all keys; the one that seals has a star. */
    public List<String> list() {
        KeysetHandle keys = read();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            ids.add(id(keys.getAt(i)) + (keys.getAt(i).isPrimary() ? " *" : ""));
        }
        return ids;
    }

    /** The same keys in another file, encrypted with its master key, or not where it has none. */
    public void copyTo(Keysets other) throws GeneralSecurityException, IOException {
        other.write(read());
    }

    private KeysetHandle read() {
        return KeysetText.read(file).keys(master);
    }

    private int place(String id) {
        KeysetHandle keys = read();
        return IntStream.range(0, keys.size())
                .filter(i -> id(keys.getAt(i)).equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no key " + id + ": keyset list names them"));
    }

    @AccessesPartialKey
    private static KeysetHandle.Builder.Entry fresh() throws GeneralSecurityException {
        return KeysetHandle.importKey(AesGcmKey.builder()
                .setParameters(PredefinedAeadParameters.AES256_GCM)
                .setKeyBytes(SecretBytes.randomBytes(KEY_BYTES))
                .setIdRequirement(new SecureRandom().nextInt())
                .build());
    }

    private static String id(KeysetHandle.Entry entry) {
        return KeyRing.idOf(((AeadKey) entry.getKey()).getOutputPrefix().toByteArray());
    }

    private void write(KeysetHandle keys) throws GeneralSecurityException, IOException {
        Aead seal = master == null ? null : master.aead();
        String text = seal == null
                ? TinkJsonProtoKeysetFormat.serializeKeyset(keys, AeadConfig2026.get(), InsecureSecretKeyAccess.get())
                : TinkJsonProtoKeysetFormat.serializeEncryptedKeyset(keys, seal, CONTEXT, AeadConfig2026.get());
        Path folder = file.toAbsolutePath().getParent();
        Path next = Files.createTempFile(
                folder,
                "keyset",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(next, text);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }
}
