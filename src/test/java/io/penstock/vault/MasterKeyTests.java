package io.penstock.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.store.Databases;
import io.penstock.store.sealed.KeysetWatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

class MasterKeyTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Secret TOKEN = new Secret(TransitServer.TOKEN);

    @TempDir
    private Path folder;

    private TransitServer transit;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        transit = new TransitServer();
        file = folder.resolve("keyset.json");
    }

    @AfterEach
    void stop() {
        transit.close();
    }

    private static void refused(String setting, String why, Vaulting vaulting) {
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(vaulting::run)
                .withMessageContaining(why)
                .withMessageNotContaining(TransitServer.TOKEN)
                .satisfies(refusal -> assertThat(refusal.getName()).isEqualTo(setting));
    }

    private interface Vaulting {
        void run() throws Exception;
    }

    private Vault vault(String masterKey, Secret token) throws Exception {
        return Vault.of(new Secret(""), List.of(), file, masterKey, token);
    }

    @Test
    void anEncryptedKeysetSealsAndItsKeyIsInNoFile() throws Exception {
        Keysets.in(file, transit.uri(), TOKEN).create();

        byte[] sealed = vault(transit.uri(), TOKEN).seal(new byte[] {7}, "c");

        assertThat(vault(transit.uri(), TOKEN).open(sealed, "c")).containsExactly(7);
        assertThat(Files.readString(file)).contains("encryptedKeyset").doesNotContain("\"keyData\"");
        assertThat(transit.asked).contains("/v1/transit/encrypt/penstock", "/v1/transit/decrypt/penstock");
    }

    @Test
    void sealingAsksTheServiceNothing() throws Exception {
        Keysets.in(file, transit.uri(), TOKEN).create();
        Vault vault = vault(transit.uri(), TOKEN);
        int before = transit.asked.size();

        assertThat(vault.open(vault.seal(new byte[] {7}, "c"), "c")).containsExactly(7);

        assertThat(transit.asked).hasSize(before);
    }

    @Test
    void aFileThatIsNotEncryptedBecomesOneThatIs() throws Exception {
        Keysets.in(file, "", TOKEN).create();
        Vault before = vault("", TOKEN);
        Path plain = file;
        file = folder.resolve("encrypted.json");

        Keysets.in(plain, "", TOKEN).copyTo(Keysets.in(file, transit.uri(), TOKEN));

        assertThat(vault(transit.uri(), TOKEN).open(before.seal(new byte[] {7}, "c"), "c"))
                .containsExactly(7);
        refused("AUTH_ENCRYPTION_KEYSET_FILE", "AUTH_ENCRYPTION_MASTER_KEY", () -> vault("", TOKEN));
    }

    @Test
    void whatTheServiceDoesNotOpenStopsTheStart() throws Exception {
        Keysets.in(file, transit.uri(), TOKEN).create();

        try (var other = new TransitServer()) {
            refused("AUTH_ENCRYPTION_KEYSET_FILE", "answered 400", () -> vault(other.uri(), TOKEN));
        }
        refused("AUTH_ENCRYPTION_KEYSET_FILE", "answered 403", () -> vault(transit.uri(), new Secret("hvs.other")));
        String gone = transit.uri();
        transit.close();
        refused("AUTH_ENCRYPTION_KEYSET_FILE", "is not reached", () -> vault(gone, TOKEN));
    }

    @Test
    void aChangedKeysetThatTheServiceDidNotOpenIsTriedAgain() throws Exception {
        var keysets = Keysets.in(file, transit.uri(), TOKEN);
        String first = keysets.create();
        var watched = new WatchedFile(
                new VaultSettings(new Secret(""), List.of(), file, transit.uri(), TOKEN), DerivedKey::of);
        var meters = new SimpleMeterRegistry();
        try (var database = Databases.H2.fresh()) {
            var watch = new KeysetWatch(watched, watched.vault(), database.client(), meters);
            String second = keysets.add();
            keysets.promote(second);
            var refused = meters.get("penstock.vault.keyset.refused").gauge();

            transit.sealed = true;
            watch.look().block(PATIENCE);
            assertThat(refused.value()).isEqualTo(1);
            assertThat(watched.vault().sealing()).isEqualTo(first);

            transit.sealed = false;
            watch.look().block(PATIENCE);
            assertThat(refused.value()).isZero();
            assertThat(watched.vault().sealing()).isEqualTo(second);
        }
    }

    @Test
    void withoutItsTokenItIsNotAsked() throws Exception {
        Keysets.in(file, "", TOKEN).create();

        refused(
                "AUTH_ENCRYPTION_MASTER_KEY",
                "AUTH_ENCRYPTION_MASTER_TOKEN",
                () -> vault(transit.uri(), new Secret("")));
    }

    @ParameterizedTest
    @CsvSource({
        "aws-kms://arn:aws:kms:eu-west-1:1:key/2, com.google.crypto.tink:tink-awskms",
        "gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k, com.google.crypto.tink:tink-gcpkms",
        "azure://vault, It must begin with",
        "hcvault://no-key, right would be hcvault://vault.example.com:8200/transit/keys/penstock"
    })
    void whatCannotBeAskedSaysWhatWouldBeRight(String uri, String why) throws Exception {
        Keysets.in(file, "", TOKEN).create();

        refused("AUTH_ENCRYPTION_MASTER_KEY", why, () -> vault(uri, TOKEN));
    }
}
