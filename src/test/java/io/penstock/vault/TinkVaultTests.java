package io.penstock.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class TinkVaultTests {

    private static final Secret OLD = new Secret("Zt5mQ8wE1rY7uI3oP9aS2dF6gH0jK4lX");
    private static final Secret NEW = new Secret("nB7vC3xZ9mA1sD5fG8hJ2kL6qW0eR4tY");
    private static final byte[] PLAIN = "the upstream's token".getBytes(UTF_8);
    private static final String CONTEXT = "gateways|auth_sealed|1|alice";

    private static final Vault VAULT = vault(OLD);

    @Test
    void opensWhatItSealedInItsContext() throws Exception {
        byte[] sealed = VAULT.seal(PLAIN, CONTEXT);

        assertThat(VAULT.open(sealed, CONTEXT)).isEqualTo(PLAIN);
        assertThat(new String(sealed, UTF_8)).doesNotContain("token");
    }

    @Test
    void sealsTheSameTwiceDifferently() {
        assertThat(VAULT.seal(PLAIN, CONTEXT)).isNotEqualTo(VAULT.seal(PLAIN, CONTEXT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gateways|auth_sealed|2|alice", "gateways|auth_sealed|1|bob", "tokens|auth_sealed|1|alice", ""})
    void doesNotOpenInAnotherRowColumnOrTenant(String elsewhere) {
        byte[] sealed = VAULT.seal(PLAIN, CONTEXT);

        broken(VAULT, sealed, elsewhere);
    }

    @Test
    void doesNotOpenWhenAnyBitIsFlipped() {
        byte[] sealed = VAULT.seal(PLAIN, CONTEXT);

        for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            broken(VAULT, changed, CONTEXT);
        }
    }

    @Test
    void doesNotOpenWhenCutAnywhereOrLengthened() {
        byte[] sealed = VAULT.seal(PLAIN, CONTEXT);

        for (int length = 0; length < sealed.length; length++) {
            broken(VAULT, Arrays.copyOf(sealed, length), CONTEXT);
        }
        broken(VAULT, Arrays.copyOf(sealed, sealed.length + 1), CONTEXT);
    }

    @Test
    void doesNotOpenPlainText() {
        broken(VAULT, PLAIN, CONTEXT);
    }

    @Test
    void doesNotOpenWithAnotherSecret() {
        broken(vault(NEW), VAULT.seal(PLAIN, CONTEXT), CONTEXT);
    }

    @Test
    void opensWithAPreviousSecretAndSealsWithTheNewOne() throws Exception {
        Vault rotated = vault(NEW, OLD);

        assertThat(rotated.open(VAULT.seal(PLAIN, CONTEXT), CONTEXT)).isEqualTo(PLAIN);
        assertThat(vault(NEW).open(rotated.seal(PLAIN, CONTEXT), CONTEXT)).isEqualTo(PLAIN);
        broken(VAULT, rotated.seal(PLAIN, CONTEXT), CONTEXT);
    }

    @Test
    void anotherReplicaWithTheSameSecretOpensItAndNamesTheSameKey() throws Exception {
        Vault replica = vault(OLD);

        byte[] sealed = replica.seal(PLAIN, CONTEXT);

        assertThat(VAULT.open(sealed, CONTEXT)).isEqualTo(PLAIN);
        assertThat(Arrays.copyOf(sealed, 5)).isEqualTo(Arrays.copyOf(VAULT.seal(PLAIN, CONTEXT), 5));
    }

    /** A changed derivation would make every stored secret unreadable after an upgrade. The bytes were made by Node's crypto module. */
    @Test
    void theDerivationIsWhatItAlwaysWas() throws Exception {
        byte[] sealedElsewhere = HexFormat.of()
                .parseHex("01a04fa5a0000102030405060708090a0b328965ba52227b1d23ad353999fb4d"
                        + "cc249628b114514132e43ae861de0ae752f40487af");

        assertThat(VAULT.open(sealedElsewhere, CONTEXT)).isEqualTo(PLAIN);
    }

    @Test
    void sealingAndOpeningDoNotBlockAnEventLoop() {
        Mono<byte[]> onEventLoop = Mono.fromCallable(() -> VAULT.open(VAULT.seal(PLAIN, CONTEXT), CONTEXT))
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(onEventLoop)
                .expectNextMatches(opened -> Arrays.equals(opened, PLAIN))
                .verifyComplete();
    }

    @Test
    void nothingOfASecretIsPrinted() {
        VaultSettings settings = new VaultSettings(NEW, List.of(OLD), null);

        assertThat(settings.toString() + NEW + VAULT + new Vault.SealBroken())
                .doesNotContain(NEW.reveal())
                .doesNotContain(OLD.reveal())
                .contains(Secret.MASK);
    }

    private static void broken(Vault vault, byte[] sealed, String context) {
        assertThatExceptionOfType(Vault.SealBroken.class)
                .isThrownBy(() -> vault.open(sealed, context))
                .withNoCause();
    }

    private static Vault vault(Secret secret, Secret... previous) {
        try {
            return new TinkVault(Keys.of(new VaultSettings(secret, List.of(previous), null)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
