package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.store.connection.DatabaseAddress;
import io.penstock.store.connection.DatabaseSettings;
import io.penstock.vault.Vault;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

class SchemaTests {

    private static final Vault ONE = vault((byte) 1);
    private static final Vault OTHER = vault((byte) 2);

    @ParameterizedTest
    @EnumSource
    void migratingTwiceIsMigratingOnce(Databases databases) throws SQLException {
        DatabaseAddress address = databases.newAddress();
        Schema.migrate(address);
        int before = migrations(address);

        Schema.migrate(address);

        assertThat(migrations(address)).isEqualTo(before).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasFoundBeforeNamesHadDigestsHasOne(Databases databases) throws Exception {
        DatabaseAddress address = databases.newAddress();
        Flyway.configure()
                .dataSource(
                        address.jdbcUrl(), address.user(), address.password().reveal())
                .jdbcProperties(address.jdbcOptions())
                .locations("classpath:db/migration")
                .target("34")
                .load()
                .migrate();
        String name = "file:///ä/😀/" + "x".repeat(4000);
        try (var connection = Schema.connect(address);
                var statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO gateways (id, name, slug, url, transport, auth_id, auth_type, auth_shown, visibility, owner, tags,
                        passthrough_headers, drift_policy, repeat_idempotent_calls, enabled)
                    VALUES ('00000000-0000-0000-0000-000000000001', 'a', 'a', 'http://a', 'AUTO', GEN_RANDOM_UUID(), 'none', '{}',
                        'PUBLIC', 'ann', CAST(ARRAY[] AS VARCHAR ARRAY), CAST(ARRAY[] AS VARCHAR ARRAY), 'WARN', FALSE, TRUE)
                    """);
            statement.execute("""
                    INSERT INTO features (id, gateway_id, kind, name, original_name, definition, hash, enabled, approved, tags)
                    VALUES (GEN_RANDOM_UUID(), '00000000-0000-0000-0000-000000000001', 'RESOURCE', 'n', '%s', '{}', 'h', TRUE, TRUE,
                        CAST(ARRAY[] AS VARCHAR ARRAY))
                    """.formatted(name));
        }

        Schema.migrate(address);

        try (var connection = Schema.connect(address);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name_digest FROM features")) {
            assertThat(rows.next()).isTrue();
            var digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            assertThat(rows.getString(1)).isEqualTo(HexFormat.of().formatHex(digest));
        }
    }

    /** After a roll-back, and beside a replica that was upgraded already. */
    @ParameterizedTest
    @EnumSource
    void aVersionStartsOnTheSchemaOfALaterOne(Databases databases) throws SQLException {
        DatabaseAddress address = databases.newAddress();
        Schema.migrate(address);
        try (var connection = Schema.connect(address);
                var statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO "flyway_schema_history" ("installed_rank", "version", "description", "type", "script",
                    "checksum", "installed_by", "execution_time", "success")
                    VALUES (9999, '9999', 'later', 'SQL', 'V9999__later.sql', 1, 'test', 1, TRUE)
                    """);
        }

        assertThatCode(() -> Schema.prepare(address, ONE)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void dataIsThereAfterARestart(Databases databases) {
        Database first = databases.fresh();
        var _ = first.client()
                .sql("INSERT INTO revocations (digest, expires_at) VALUES ('kept', CURRENT_TIMESTAMP)")
                .fetch()
                .rowsUpdated()
                .block(Duration.ofSeconds(10));
        first.close();

        try (Database second = first.again()) {
            assertThat(Schema.revoked(second.address())).containsOnlyKeys("kept");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameSecretStartsAgain(Databases databases) {
        DatabaseAddress address = databases.newAddress();
        Schema.prepare(address, ONE);

        assertThatCode(() -> Schema.prepare(address, ONE)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void anotherSecretStopsTheStartAndSaysWhy(Databases databases) {
        DatabaseAddress address = databases.newAddress();
        Schema.prepare(address, ONE);

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> Schema.prepare(address, OTHER))
                .withMessageContaining("not the one that sealed this database")
                .satisfies(refusal -> assertThat(refusal.getName()).isEqualTo("AUTH_ENCRYPTION_SECRET"));
        assertThatCode(() -> Schema.prepare(address, ONE)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void aNewSecretStartsAsLongAsThePreviousOneIsNamedToo(Databases databases) {
        DatabaseAddress address = databases.newAddress();
        Schema.prepare(address, ONE);
        Schema.prepare(address, both(OTHER, ONE));

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> Schema.prepare(address, OTHER));
        assertThatCode(() -> Schema.prepare(address, both(OTHER, ONE))).doesNotThrowAnyException();
    }

    private static DatabaseAddress at(String url) {
        return new DatabaseSettings(url, Path.of("data"), 10).address();
    }

    @Test
    void aServerThatDoesNotAnswerStopsTheStartWithoutThePassword() throws Exception {
        int closed = closedPort();
        DatabaseAddress address = at("r2dbc:postgresql://penstock:hush-hush@127.0.0.1:" + closed + "/penstock");

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> Schema.prepare(address, ONE))
                .withMessageContaining("127.0.0.1:" + closed + "/penstock cannot be used")
                .withMessageNotContaining("hush")
                .satisfies(refusal -> {
                    assertThat(refusal.getName()).isEqualTo("DATABASE_URL");
                    assertThat(refusal.getReason()).doesNotContain("\n");
                });
    }

    @Test
    void aDatabaseThatIsNotThereStopsTheStart() {
        DatabaseAddress.Server there = (DatabaseAddress.Server) Databases.POSTGRESQL.newAddress();
        DatabaseAddress address = at("postgresql://postgres:hush-hush@localhost:" + there.port() + "/nowhere");

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> Schema.prepare(address, ONE))
                .withMessageContaining("nowhere")
                .withMessageNotContaining("hush");
    }

    @Test
    void aFolderThatCannotBeMadeStopsTheStart() {
        DatabaseAddress address = new DatabaseAddress.Embedded(Path.of("/dev/null/penstock/penstock"));

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> Schema.prepare(address, ONE))
                .satisfies(refusal -> assertThat(refusal.getName()).isEqualTo("DATA_DIR"));
    }

    @Test
    void theFolderAndTheFilesAreTheirOwnersAlone(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("made/data");

        Schema.prepare(new DatabaseAddress.Embedded(data.resolve("penstock")), ONE);

        assertThat(rights(data)).isEqualTo("rwx------");
        try (var files = Files.list(data)) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(rights(file)).isEqualTo("rw-------"));
        }
    }

    @Test
    void aFileThatOthersCouldReadIsClosedAndItsFolderKept(@TempDir Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        DatabaseAddress address = new DatabaseAddress.Embedded(folder.resolve("penstock"));
        Schema.prepare(address, ONE);
        Files.setPosixFilePermissions(folder.resolve("penstock.mv.db"), PosixFilePermissions.fromString("rw-r--r--"));

        Schema.prepare(address, ONE);

        assertThat(rights(folder.resolve("penstock.mv.db"))).isEqualTo("rw-------");
        assertThat(rights(folder)).isEqualTo("rwxr-xr-x");
    }

    private static String rights(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** A second process cannot be had in here, so the file is locked as one would. */
    @Test
    void aFileThatAnotherProcessHasOpenStopsTheStart(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("penstock");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HoldsTheFile.class.getName(),
                        file.toString())
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('o');

            assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                    .isThrownBy(() -> Schema.prepare(new DatabaseAddress.Embedded(file), ONE))
                    .withMessageContaining("open in another process")
                    .satisfies(refusal -> assertThat(refusal.getName()).isEqualTo("DATA_DIR"));
        } finally {
            other.destroy();
        }
    }

    /** Opens an embedded database and keeps it until its input ends. */
    static final class HoldsTheFile {

        public static void main(String[] arguments) throws Exception {
            try (var connection = Schema.connect(new DatabaseAddress.Embedded(Path.of(arguments[0])))) {
                connection.setReadOnly(false);
                System.out.print("o");
                System.out.flush();
                var _ = System.in.read();
            }
        }
    }

    private static int migrations(DatabaseAddress address) throws SQLException {
        try (var connection = Schema.connect(address);
                var rows =
                        connection.createStatement().executeQuery("SELECT COUNT(*) FROM \"flyway_schema_history\"")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** A vault whose ciphertexts begin like Tink's; how Tink seals is tested with the vault. */
    private static Vault vault(byte key) {
        return new Vault() {
            @Override
            public byte[] seal(byte[] plain, String context) {
                byte[] sealed = new byte[5 + plain.length];
                Arrays.fill(sealed, 0, 5, key);
                System.arraycopy(plain, 0, sealed, 5, plain.length);
                return sealed;
            }

            @Override
            public byte[] open(byte[] sealed, String context) throws SealBroken {
                if (sealed[0] != key) {
                    throw new SealBroken();
                }
                return Arrays.copyOfRange(sealed, 5, sealed.length);
            }
        };
    }

    private static Vault both(Vault now, Vault before) {
        return new Vault() {
            @Override
            public byte[] seal(byte[] plain, String context) {
                return now.seal(plain, context);
            }

            @Override
            public byte[] open(byte[] sealed, String context) throws SealBroken {
                try {
                    return now.open(sealed, context);
                } catch (SealBroken old) {
                    return before.open(sealed, context);
                }
            }
        };
    }
}
