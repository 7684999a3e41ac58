package io.penstock.vault;

/**
 * Authenticated encryption with associated data. Ciphertexts carry the id of their key, so that keys rotate while old ones still open.
 * Microseconds a call, no I/O: safe on an event loop.
 */
public interface Vault {

    /**
     * Seals bytes so that they open only with the same associated data.
     *
     * @param context what the bytes belong to ({@code table|column|row id|tenant}, or {@code session|user|gateway id})
     */
    byte[] seal(byte[] plain, String context);

    /**
     * Opens what {@link #seal} made.
     *
     * @throws SealBroken when it was not sealed here, was changed, or belongs to another context
     */
    byte[] open(byte[] sealed, String context) throws SealBroken;

    /** A ciphertext that does not open: never treat it as plain text, never show it. */
    final class SealBroken extends Exception {

        private static final long serialVersionUID = 1L;

        public SealBroken() {
            super("A sealed value does not open with this key and context", null, false, false);
        }
    }
}
