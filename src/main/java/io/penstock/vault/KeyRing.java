package io.penstock.vault;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Which keys the vault has. A key is known by what its ciphertexts begin with, and by nothing that says anything of it. */
public interface KeyRing {

    /** How many bytes at the beginning of a ciphertext name its key. */
    int PREFIX = 5;

    /**
     * A key that opens what it sealed.
     *
     * @param id ten hexadecimal digits
     * @param origin the setting that it comes from
     * @param seals whether it is the one that seals now
     */
    record Key(String id, String origin, boolean seals) {}

    /** The one that seals comes first. */
    List<Key> keys();

    /** The id of the key that seals now. */
    default String sealing() {
        return keys().getFirst().id();
    }

    /** The id of the key that sealed it; shorter for what cannot have been sealed. */
    static String idOf(byte[] sealed) {
        return HexFormat.of().formatHex(Arrays.copyOf(sealed, Math.min(sealed.length, PREFIX)));
    }
}
