package io.penstock.store;

import io.penstock.store.connection.DataFolder;
import io.penstock.store.connection.DatabaseAddress;
import io.penstock.store.sealed.Canary;
import io.penstock.vault.Vault;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** What happens by JDBC, at start alone: the database is reached and brought to the schema of this version. */
final class Schema {

    private static final int FILE_IN_USE = 90020;

    private Schema() {}

    /** A connection for the start. Error: one that names the setting and holds no password. */
    static Connection connect(DatabaseAddress address) {
        if (address instanceof DatabaseAddress.Embedded(Path file)) {
            DataFolder.prepare(file);
        }
        try {
            return DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
        } catch (SQLException failure) {
            throw unusable(address, failure);
        }
    }

    /** Doing it again changes nothing; of several replicas one migrates and the others wait for it. */
    static void migrate(DatabaseAddress address) {
        try (Connection probe = connect(address)) {
            probe.setReadOnly(true);
            Flyway.configure()
                    .dataSource(
                            address.jdbcUrl(),
                            address.user(),
                            address.password().reveal())
                    .jdbcProperties(address.jdbcOptions())
                    .locations("classpath:db/migration")
                    .placeholders(dialect(address))
                    .ignoreMigrationPatterns("*:future") // those of a later version that ran here, or runs beside
                    .load()
                    .migrate();
        } catch (SQLException | FlywayException failure) {
            throw refused(
                    address, "The database could not be brought to the schema of this version: " + firstLine(failure));
        }
    }

    /** What the migrations say differently to each of the databases. */
    private static Map<String, String> dialect(DatabaseAddress address) {
        return switch (address) {
            case DatabaseAddress.Embedded _ ->
                Map.of(
                        "sha256_of_original_name",
                        "LOWER(RAWTOHEX(HASH('SHA-256', STRINGTOUTF8(original_name))))",
                        "start_of_user_email",
                        "user_email",
                        "start_of_resource_id",
                        "resource_id",
                        "start_of_action",
                        "action");
            case DatabaseAddress.Server _ ->
                Map.of(
                        "sha256_of_original_name",
                        "ENCODE(SHA256(CONVERT_TO(original_name, 'UTF8')), 'hex')",
                        "start_of_user_email",
                        "(LEFT(user_email, 200))",
                        "start_of_resource_id",
                        "(LEFT(resource_id, 200))",
                        "start_of_action",
                        "(LEFT(action, 200))");
        };
    }

    /** Brings the schema up to date and makes sure that the vault opens what was sealed there. */
    static void prepare(DatabaseAddress address, Vault vault) {
        migrate(address);
        try (Connection connection = connect(address)) {
            Canary.check(connection, vault);
        } catch (SQLException failure) {
            throw unusable(address, failure);
        }
    }

    /** What must be known before the first request; afterwards it is kept by {@link R2dbcRevocations#follow}. */
    static Map<String, Instant> revoked(DatabaseAddress address) {
        Map<String, Instant> revoked = new HashMap<>();
        try (Connection connection = connect(address);
                var select = connection.prepareStatement("SELECT digest, expires_at FROM revocations");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                revoked.put(
                        rows.getString("digest"),
                        rows.getObject("expires_at", OffsetDateTime.class).toInstant());
            }
            return revoked;
        } catch (SQLException failure) {
            throw unusable(address, failure);
        }
    }

    private static InvalidConfigurationPropertyValueException refused(DatabaseAddress address, String why) {
        String setting = switch (address) {
            case DatabaseAddress.Embedded embedded -> "DATA_DIR";
            case DatabaseAddress.Server server -> "DATABASE_URL";
        };
        return new InvalidConfigurationPropertyValueException(setting, null, why);
    }

    private static InvalidConfigurationPropertyValueException unusable(DatabaseAddress address, SQLException failure) {
        return refused(
                address,
                switch (address) {
                    case DatabaseAddress.Embedded(Path file) ->
                        failure.getErrorCode() == FILE_IN_USE
                                ? "The embedded database " + file
                                        + " is open in another process: one of them must stop, "
                                        + "or both use a PostgreSQL server (DATABASE_URL)."
                                : "The embedded database " + file + " cannot be opened: " + firstLine(failure);
                    case DatabaseAddress.Server server ->
                        "The database " + server + " cannot be used: " + firstLine(failure);
                });
    }

    private static String firstLine(Exception failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
