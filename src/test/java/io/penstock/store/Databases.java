package io.penstock.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** The databases that every store is tested on: {@code @ParameterizedClass @EnumSource(Databases.class)}. */
public enum Databases {
    H2 {
        @Override
        DatabaseAddress newAddress() {
            try {
                return new DatabaseAddress.Embedded(
                        Files.createTempDirectory("penstock-h2").resolve("penstock"));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    },

    POSTGRESQL {
        @Override
        DatabaseAddress newAddress() {
            String name = "penstock_" + NUMBER.incrementAndGet();
            try (var connection = Server.RUNNING.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
            return DatabaseUrl.parse(
                    "r2dbc:postgresql://postgres:postgres@localhost:" + Server.RUNNING.getPort() + "/" + name);
        }
    };

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** A new empty database with the schema in it. */
    public Database fresh() {
        return new Database(newAddress());
    }

    abstract DatabaseAddress newAddress();

    /** One server for all tests of this JVM; it ends with the JVM. */
    private static final class Server {

        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "200")
                        .start();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
