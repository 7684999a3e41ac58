package io.penstock.store.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.vault.Secret;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

class DatabaseUrlTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r2dbc:postgresql://user:hush@db.example.com:6543/penstock",
                "r2dbc:postgres://user:hush@db.example.com:6543/penstock",
                "postgresql://user:hush@db.example.com:6543/penstock",
                "postgres://user:hush@db.example.com:6543/penstock",
                "POSTGRES://user:hush@db.example.com:6543/penstock"
            })
    void everyUsualSpellingIsRead(String url) {
        assertThat(DatabaseUrl.parse(url))
                .isEqualTo(new DatabaseAddress.Server(
                        "db.example.com", 6543, "penstock", "user", new Secret("hush"), "prefer", null));
    }

    @Test
    void portIsTheUsualOneAndEncodedCharactersAreDecoded() {
        var server = (DatabaseAddress.Server) DatabaseUrl.parse("postgresql://a%40b:p%2Fw+1%3A%25@host/db");

        assertThat(server.port()).isEqualTo(5432);
        assertThat(server.user()).isEqualTo("a@b");
        assertThat(server.password().reveal()).isEqualTo("p/w+1:%");
    }

    @Test
    void encryptionIsChosenInItsQuery() {
        var server = (DatabaseAddress.Server)
                DatabaseUrl.parse("postgresql://u:p@host/db?sslMode=verify-full&sslRootCert=%2Fetc%2Fca.pem");

        assertThat(server.sslMode()).isEqualTo("verify-full");
        assertThat(server.sslRootCertificate()).isEqualTo("/etc/ca.pem");
        assertThat(server.jdbcProperties())
                .containsEntry("sslmode", "verify-full")
                .containsEntry("sslrootcert", "/etc/ca.pem");
    }

    @ParameterizedTest
    @CsvSource({
        "host/db, may be read along",
        "host/db?sslMode=prefer, may be read along",
        "host/db?sslMode=disable, may be read along",
        "host/db?sslMode=require, may pose as host"
    })
    void aDatabaseElsewhereThatIsNotVerifiedIsEasyToAttack(String rest, String reason) {
        assertThat(DatabaseUrl.parse("postgresql://u:a-long-pass-phrase@" + rest)
                        .weaknesses())
                .singleElement()
                .satisfies(weakness -> {
                    assertThat(weakness.setting()).isEqualTo("DATABASE_URL");
                    assertThat(weakness.reason())
                            .contains(reason, "sslMode=verify-full")
                            .doesNotContain("phrase");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host/db?sslMode=verify-full&sslRootCert=/ca.pem",
                "host/db?sslMode=verify-ca&sslRootCert=/ca.pem",
                "localhost/db",
                "127.0.0.1/db",
                "[::1]/db"
            })
    void oneThatIsOrThatIsHereIsNot(String rest) {
        assertThat(DatabaseUrl.parse("postgresql://u:a-long-pass-phrase@" + rest)
                        .weaknesses())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://user:hush@host/db",
                "jdbc:postgresql://host/db",
                "hush",
                "postgresql://host/db",
                "postgresql://user:hush@host",
                "postgresql://user:hush@host/",
                "postgresql://user:hush@:5432/db",
                "postgresql://user:hu sh@host/db",
                "postgresql://user:hush@host/db?sslMode=maybe",
                "postgresql://user:hush@host/db?password=hush",
                "postgresql://user:hu%zzsh@host/db"
            })
    void whatCannotBeReadIsRefusedAndNotRepeated(String url) {
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> DatabaseUrl.parse(url))
                .withMessageContaining("r2dbc:postgresql://user:password@host:5432/database")
                .withMessageNotContaining("hush")
                .withNoCause()
                .satisfies(refusal -> assertThat(refusal.getName()).isEqualTo("DATABASE_URL"));
    }

    @Test
    void withoutAUrlItIsAFileInTheDataFolder() {
        var settings = new DatabaseSettings("", Path.of("/tmp/x"), 10);

        assertThat(settings.address()).isEqualTo(new DatabaseAddress.Embedded(Path.of("/tmp/x/penstock")));
    }

    @Test
    void nothingPrintsThePassword() {
        var settings = new DatabaseSettings("postgresql://user:hush@host/db", Path.of("data"), 10);

        assertThat(settings + " " + settings.address() + " "
                        + settings.address().jdbcUrl())
                .doesNotContain("hush");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, -1, 501})
    void aPoolThatIsTooSmallOrTooLargeIsRefused(int size) {
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> new DatabaseSettings("", Path.of("data"), size))
                .satisfies(refusal -> assertThat(refusal.getName()).isEqualTo("DATABASE_MAX_CONNECTIONS"));
    }
}
