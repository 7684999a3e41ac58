package io.penstock.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.PBEKeySpec;

/**
 * A key made of a secret, the same on every replica and at every start. PBKDF2 because the secret may be a phrase and not random bytes, once
 * at start; the salt is a constant because all that replicas share before they know the database is the secret.
 */
final class DerivedKey {

    /** OWASP's figure for PBKDF2-HMAC-SHA256; some 200 ms. */
    private static final int ITERATIONS = 600_000;

    private static final byte[] SALT = "penstock/vault/1".getBytes(US_ASCII);
    private static final int KEY_BYTES = 32;

    private DerivedKey() {}

    @AccessesPartialKey
    static AesGcmKey of(Secret secret) throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(secret.reveal().toCharArray(), SALT, ITERATIONS, KEY_BYTES * Byte.SIZE);
        SecretKey root = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec);
        spec.clearPassword();
        return AesGcmKey.builder()
                .setParameters(AesGcmParameters.builder()
                        .setKeySizeBytes(KEY_BYTES)
                        .setIvSizeBytes(12)
                        .setTagSizeBytes(16)
                        .setVariant(AesGcmParameters.Variant.TINK)
                        .build())
                .setKeyBytes(SecretBytes.copyFrom(expanded(root, "key", KEY_BYTES), InsecureSecretKeyAccess.get()))
                .setIdRequirement(
                        ByteBuffer.wrap(expanded(root, "id", Integer.BYTES)).getInt())
                .build();
    }

    private static byte[] expanded(SecretKey root, String purpose, int length) throws GeneralSecurityException {
        return KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.expandOnly(root, purpose.getBytes(US_ASCII), length));
    }
}
