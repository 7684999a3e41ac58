package io.penstock.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** The databases that every store is tested on: {@code @ParameterizedClass @EnumSource(Databases.class)}. */
public enum Databases {
    H2 {
        @Override
        DatabaseAddress newAddress() {
            return new DatabaseAddress.Embedded(temporary().resolve("penstock"));
        }

        @Override
        DatabaseAddress migratedAddress() {
            Path folder = temporary();
            try {
                Files.copy(MigratedFile.PATH, folder.resolve("penstock.mv.db"));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return new DatabaseAddress.Embedded(folder.resolve("penstock"));
        }
    },

    POSTGRESQL {
        @Override
        DatabaseAddress newAddress() {
            return Server.create("");
        }

        @Override
        DatabaseAddress migratedAddress() {
            return Server.create(" TEMPLATE " + MigratedTemplate.NAME);
        }
    };

    /** A new empty database with the schema in it. */
    public Database fresh() {
        return new Database(migratedAddress());
    }

    /** A new PostgreSQL database with the schema in it, as {@code DATABASE_URL}. */
    public static String freshUrl() {
        var address = (DatabaseAddress.Server) POSTGRESQL.migratedAddress();
        return "r2dbc:postgresql://" + address.user() + ":" + address.password().reveal() + "@" + address.host() + ":"
                + address.port() + "/" + address.database();
    }

    /** Where nothing is yet. */
    abstract DatabaseAddress newAddress();

    /** The same after the migrations, but copied, because they take as long as the rest of a test. */
    abstract DatabaseAddress migratedAddress();

    private static Path temporary() {
        try {
            return Files.createTempDirectory("penstock-h2");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static final class MigratedFile {

        static final Path PATH = migrated();

        private static Path migrated() {
            Path folder = temporary();
            Schema.migrate(new DatabaseAddress.Embedded(folder.resolve("penstock")));
            return folder.resolve("penstock.mv.db");
        }
    }

    private static final class MigratedTemplate {

        static final String NAME = migrated();

        private static String migrated() {
            DatabaseAddress.Server address = Server.create("");
            Schema.migrate(address);
            return address.database();
        }
    }

    /** One server for all tests of this JVM; it ends with the JVM. */
    private static final class Server {

        private static final AtomicInteger NUMBER = new AtomicInteger();
        private static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "200")
                        .setServerConfig("fsync", "off")
                        .start();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        static DatabaseAddress.Server create(String options) {
            String name = "penstock_" + NUMBER.incrementAndGet();
            try (var connection = RUNNING.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name + options);
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
            return (DatabaseAddress.Server) DatabaseUrl.parse(
                    "r2dbc:postgresql://postgres:postgres@localhost:" + RUNNING.getPort() + "/" + name);
        }
    }
}
