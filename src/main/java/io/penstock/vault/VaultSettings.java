package io.penstock.vault;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What secrets in the database and session ids are sealed with. One of {@code secret} and {@code keysetFile} is needed.
 *
 * @param secret {@code AUTH_ENCRYPTION_SECRET}: at least 32 characters, the same on all replicas. Must be set, unless
 *     {@code AUTH_ENCRYPTION_KEYSET_FILE} is
 * @param previousSecrets {@code AUTH_ENCRYPTION_PREVIOUS_SECRETS}: earlier values, separated by commas; they open what they sealed and seal
 *     nothing any more
 * @param keysetFile {@code AUTH_ENCRYPTION_KEYSET_FILE}: a Tink AEAD keyset as JSON, readable by its owner alone; its primary key seals then,
 *     and the secrets only open
 * @param masterKey {@code AUTH_ENCRYPTION_MASTER_KEY}: the key that the keyset file is encrypted with, in a key management service:
 *     {@code hcvault://HOST:PORT/MOUNT/keys/NAME}, {@code aws-kms://ARN} or {@code gcp-kms://NAME}; empty: the file is not encrypted
 * @param masterToken {@code AUTH_ENCRYPTION_MASTER_TOKEN}: HashiCorp Vault's token for that key
 */
@ConfigurationProperties("penstock.vault")
record VaultSettings(
        @DefaultValue("") Secret secret,
        @DefaultValue List<Secret> previousSecrets,
        @Nullable Path keysetFile,
        @DefaultValue("") String masterKey,
        @DefaultValue("") Secret masterToken) {

    @ConstructorBinding
    VaultSettings {
        previousSecrets = List.copyOf(previousSecrets);
    }

    /** With a keyset file that is not encrypted. */
    VaultSettings(Secret secret, List<Secret> previousSecrets, @Nullable Path keysetFile) {
        this(secret, previousSecrets, keysetFile, "", new Secret(""));
    }
}
