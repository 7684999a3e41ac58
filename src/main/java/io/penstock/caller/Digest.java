package io.penstock.caller;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of something that is not to be kept itself: a token, a token's id. */
public record Digest(long a, long b, long c, long d) {

    private static final int DIGITS = 16;
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Digest::sha256);

    public static Digest of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Digest of(byte[] bytes) {
        ByteBuffer hash = ByteBuffer.wrap(SHA_256.get().digest(bytes));
        return new Digest(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    }

    /**
     * Of what is signed of a JWT. One token can be written with many signatures: the last character of base64url has bits to spare, and
     * ECDSA takes {@code (r, n - s)} too (RFC 4648, 3.5; RFC 7515, 7.1).
     */
    public static Digest ofSigned(String token) {
        return of(token.substring(0, token.lastIndexOf('.')));
    }

    /** By which one token of an issuer is revoked when only its {@code jti} is known. */
    public static Digest ofTokenId(String issuer, String jti) {
        return of(issuer + "\n" + jti);
    }

    /** What {@link #hex} wrote. */
    public static Digest ofHex(String hex) {
        return new Digest(part(hex, 0), part(hex, 1), part(hex, 2), part(hex, 3));
    }

    private static long part(String hex, int n) {
        return Long.parseUnsignedLong(hex.substring(n * DIGITS, (n + 1) * DIGITS), 16);
    }

    /** 64 hexadecimal digits, lower case. */
    public String hex() {
        return "%016x%016x%016x%016x".formatted(a, b, c, d);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
