package io.penstock.store.sealed;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Vaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Databases.class)
class KeysetWatchTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final Vaults.Key first = Vaults.key();
    private final Vaults.Key second = Vaults.key();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Database database;
    private Path file;
    private Vaults.Watched watched;
    private KeysetWatch watch;

    KeysetWatchTests(Databases databases) {
        database = databases.fresh();
    }

    @BeforeEach
    void begin() throws IOException {
        file = folder.resolve("keyset.json");
        write(Vaults.text(first));
        watched = Vaults.watched(file);
        watch = new KeysetWatch(watched.file(), watched.keys(), database.client(), meters);
        new Canaries(database.client()).choose(watched.vault()).block(PATIENCE);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void write(String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private void look() {
        watch.look().block(PATIENCE);
    }

    private double refused() {
        return meters.get("penstock.vault.keyset.refused").gauge().value();
    }

    @Test
    void aChangedFileIsInUseWithoutARestart() throws Exception {
        byte[] sealed = watched.vault().seal(new byte[] {1}, "c");

        write(Vaults.text(second, first));
        look();

        assertThat(watched.keys().sealing()).isEqualTo(second.id());
        assertThat(watched.vault().open(sealed, "c")).containsExactly(1);
        assertThat(new Canaries(database.client()).all().blockFirst(PATIENCE).keyId())
                .isEqualTo(second.id());
    }

    @Test
    void aFileWithoutAKeysetLeavesTheKeysAsTheyAre() throws Exception {
        write("{\"primaryKeyId\": 1, \"key\": []}");
        look();
        look();

        assertThat(watched.keys().sealing()).isEqualTo(first.id());
        assertThat(refused()).isEqualTo(1);

        write(Vaults.text(second, first));
        look();

        assertThat(watched.keys().sealing()).isEqualTo(second.id());
        assertThat(refused()).isZero();
    }

    @Test
    void aFileThatIsGoneOrOpenToOthersLeavesTheKeysAsTheyAre() throws Exception {
        Files.delete(file);
        look();
        assertThat(refused()).isEqualTo(1);

        write(Vaults.text(second, first));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        look();
        assertThat(watched.keys().sealing()).isEqualTo(first.id());

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        look();
        assertThat(watched.keys().sealing()).isEqualTo(second.id());
    }

    @Test
    void aFileThatIsItsOwnersAloneAgainIsNotRefusedAnyMore() throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        look();
        assertThat(refused()).isEqualTo(1);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        look();
        assertThat(refused()).isZero();
        assertThat(watched.keys().sealing()).isEqualTo(first.id());
    }

    @Test
    void aFileThatLacksAKeyInNeedLeavesTheKeysAsTheyAre() throws Exception {
        write(Vaults.text(second));
        look();

        assertThat(watched.keys().sealing()).isEqualTo(first.id());
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void theSameTextIsNoChange() throws Exception {
        write(Vaults.text(first));

        assertThat(watched.file().successor()).isNull();
        look();
        assertThat(refused()).isZero();
        assertThat(watched.keys().keys()).hasSize(1);
    }
}
