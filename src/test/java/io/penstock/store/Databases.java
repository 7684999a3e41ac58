package io.penstock.store;

import io.penstock.store.connection.DatabaseAddress;
import io.penstock.store.connection.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.util.FileSystemUtils;

/** The databases that every store is tested on: {@code @ParameterizedClass @EnumSource(Databases.class)}. */
public enum Databases {
    H2 {
        @Override
        DatabaseAddress newAddress() {
            return new DatabaseAddress.Embedded(folder().resolve("penstock"));
        }

        @Override
        DatabaseAddress migratedAddress() {
            Path folder = folder();
            try {
                Files.copy(MigratedFile.PATH, folder.resolve("penstock.mv.db"));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return new DatabaseAddress.Embedded(folder.resolve("penstock"));
        }

        private static Path folder() {
            Path folder = temporary();
            LEFT.add(() -> remove(folder));
            return folder;
        }
    },

    POSTGRESQL {
        @Override
        DatabaseAddress newAddress() {
            return left(Server.create(""));
        }

        @Override
        DatabaseAddress migratedAddress() {
            return left(Server.create(FROM_TEMPLATE + MigratedTemplate.NAME));
        }

        private static DatabaseAddress left(DatabaseAddress.Server address) {
            LEFT.add(() -> Server.drop(address.database()));
            return address;
        }
    };

    private static final String FROM_TEMPLATE = " TEMPLATE ";

    /** What removes each database that was made, but for those that a gateway may have until the JVM ends. */
    private static final Queue<Runnable> LEFT = new ConcurrentLinkedQueue<>();

    /** Removes the databases of a class that is done: those of all would be gigabytes in the end. */
    public static final class Removal implements AfterAllCallback {

        @Override
        public void afterAll(ExtensionContext context) {
            for (Runnable removal = LEFT.poll(); removal != null; removal = LEFT.poll()) {
                removal.run();
            }
        }
    }

    /** A new empty database with the schema in it. */
    public Database fresh() {
        return new Database(migratedAddress());
    }

    /** A new PostgreSQL database with the schema in it, as {@code DATABASE_URL}; it is there until the JVM ends. */
    public static String freshUrl() {
        var address = Server.create(FROM_TEMPLATE + MigratedTemplate.NAME);
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

    private static void remove(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
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
            execute("CREATE DATABASE " + name + options);
            String url = "r2dbc:postgresql://postgres:postgres@localhost:" + RUNNING.getPort() + "/" + name;
            return (DatabaseAddress.Server) new DatabaseSettings(url, Path.of("data"), 10).address();
        }

        /** Also where connections are left. */
        static void drop(String name) {
            execute("DROP DATABASE " + name + " WITH (FORCE)");
        }

        private static void execute(String command) {
            try (var connection = RUNNING.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(command);
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
