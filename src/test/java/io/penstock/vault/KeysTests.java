package io.penstock.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

class KeysTests {

    private static final String SECRET = "Zt5mQ8wE1rY7uI3oP9aS2dF6gH0jK4lX";
    private static final byte[] PLAIN = "plain".getBytes(UTF_8);

    @TempDir
    private Path folder;

    @Test
    void aMissingSecretStopsTheStartAndNamesTheSetting() {
        refused("AUTH_ENCRYPTION_SECRET", "missing", "", null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zt5mQ8wE1rY7uI3oP9aS2dF6gH0jK4l",
                "changeme",
                "changeme-changeme-changeme-changeme",
                "ChangeMe0ChangeMe1ChangeMe2ChangeMe3",
                "your-secret-key-min-32-chars!!",
                "your-secret-key-min-32-chars!!!!!!",
                "my-test-key",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "abababababababababababababababababab",
                "abcdefghijklmnopabcdefghijklmnop",
                "12345678901234567890123456789012",
                "abcdefghijklmnopqrstuvwxyz012345",
                "zyxwvutsrqponmlkjihgfedcba9876543210",
                "a-super-secret-for-our-jwt-tokens",
                "                                        "
            })
    void aShortRepeatedOrPublishedSecretStopsTheStartAndIsNotPrinted(String weak) {
        refused("AUTH_ENCRYPTION_SECRET", "openssl rand -base64 32", weak, null);
    }

    @Test
    void aWeakPreviousSecretIsNamedAsThat() {
        var settings = new VaultSettings(new Secret(SECRET), List.of(new Secret("short")), null);

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> Keys.of(settings))
                .satisfies(refusal -> assertThat(refusal.getName()).isEqualTo("AUTH_ENCRYPTION_PREVIOUS_SECRETS"));
    }

    @Test
    void aSecretThatIsItsOwnPredecessorIsRefused() {
        var settings = new VaultSettings(new Secret(SECRET), List.of(new Secret(SECRET)), null);

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> Keys.of(settings))
                .withMessageContaining("twice")
                .withMessageNotContaining(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------"})
    void aKeysetFileSealsAndTheSecretStillOpens(String mode) throws Exception {
        Path file = keysetFile(mode);
        Vault before = new TinkVault(Keys.of(new VaultSettings(new Secret(SECRET), List.of(), null)));
        Vault fileAlone = new TinkVault(Keys.of(new VaultSettings(new Secret(""), List.of(), file)));
        Vault both = new TinkVault(Keys.of(new VaultSettings(new Secret(SECRET), List.of(), file)));

        assertThat(both.open(before.seal(PLAIN, "c"), "c")).isEqualTo(PLAIN);
        assertThat(fileAlone.open(both.seal(PLAIN, "c"), "c")).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rwxr-xr-x", "r--r--r--"})
    void aKeysetFileThatOthersCanUseIsRefused(String mode) throws Exception {
        refused("AUTH_ENCRYPTION_KEYSET_FILE", "0600 or 0400", "", keysetFile(mode));
    }

    @ParameterizedTest
    @CsvSource({
        "r--r-----, 0, 10001, true",
        "rw-r-----, 0, 10001, true",
        "r--r-----, 0, 0, false",
        "r--r-----, 10001, 10001, false",
        "r--r-----, 1000, 10001, false",
        "r--rw----, 0, 10001, false",
        "r--r--r--, 0, 10001, false",
        "r--------, 10001, 10001, true"
    })
    void whatRootOwnsMayBeReadByItsGroup(String mode, int owner, int reader, boolean allowed) {
        assertThat(KeysetText.isPrivate(PosixFilePermissions.fromString(mode), owner, reader))
                .isEqualTo(allowed);
    }

    @Test
    void aKeysetFileThatIsNotThereIsRefused() {
        refused("AUTH_ENCRYPTION_KEYSET_FILE", "cannot be read", "", folder.resolve("nowhere.json"));
    }

    @Test
    void aKeysetFileWithoutAKeysetIsRefusedAndNotPrinted() throws Exception {
        Path file = keysetFile("rw-------");
        Files.writeString(file, "{\"primaryKeyId\": 1, \"key\": \"hush\"}");

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> Keys.of(new VaultSettings(new Secret(""), List.of(), file)))
                .withMessageContaining("tinkey")
                .withMessageNotContaining("hush");
    }

    private Path keysetFile(String mode) throws Exception {
        KeysetHandle keys = KeysetHandle.newBuilder()
                .addEntry(KeysetHandle.importKey(DerivedKey.of(new Secret("of the keyset file")))
                        .makePrimary())
                .build();
        Path file = folder.resolve("keyset.json");
        Files.writeString(
                file,
                TinkJsonProtoKeysetFormat.serializeKeyset(keys, AeadConfig2026.get(), InsecureSecretKeyAccess.get()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private static void refused(String setting, String why, String secret, @Nullable Path file) {
        var refusal = assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> Keys.of(new VaultSettings(new Secret(secret), List.of(), file)))
                .withMessageContaining(why)
                .satisfies(thrown -> assertThat(thrown.getName()).isEqualTo(setting))
                .withNoCause();
        if (!secret.isBlank()) {
            refusal.withMessageNotContaining(secret);
        }
    }
}
