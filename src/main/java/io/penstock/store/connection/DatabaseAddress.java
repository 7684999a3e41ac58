package io.penstock.store.connection;

import io.penstock.vault.Secret;
import io.penstock.vault.Strength;
import io.penstock.vault.Weakness;
import io.r2dbc.h2.H2ConnectionConfiguration;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.ConnectionFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where the rows are, in the two dialects that ask for it: R2DBC while running, JDBC at start. */
public sealed interface DatabaseAddress {

    /** How long a server may say nothing to what it was asked; longer than any statement, so that it tells of servers that hang only. */
    Duration LONGEST_SILENCE = Duration.ofSeconds(12);

    ConnectionFactory connections();

    /** Never with a password in it. */
    String jdbcUrl();

    String user();

    Secret password();

    /** What else the JDBC driver is told. */
    Map<String, String> jdbcOptions();

    /** What of it makes it easy to read along or to get in. */
    List<Weakness> weaknesses();

    default Properties jdbcProperties() {
        Properties properties = new Properties();
        properties.putAll(jdbcOptions());
        properties.setProperty("user", user());
        properties.setProperty("password", password().reveal());
        return properties;
    }

    /** A file of the embedded database, opened by this process alone. */
    record Embedded(Path file) implements DatabaseAddress {

        /**
         * A commit is on disk when it returns; the pool closes the file, not H2's own shutdown hook, which would come too early; no
         * statement is written to a file beside it.
         */
        private static final Map<String, String> OPTIONS = Map.of(
                "MODE", "PostgreSQL",
                "DATABASE_TO_LOWER", "TRUE",
                "DEFAULT_NULL_ORDERING", "HIGH",
                "DB_CLOSE_ON_EXIT", "FALSE",
                "WRITE_DELAY", "0",
                "TRACE_LEVEL_FILE", "0",
                "LOCK_TIMEOUT", "5000");

        @Override
        public String user() {
            return "penstock";
        }

        /** The file's own permissions guard it. */
        @Override
        public Secret password() {
            return new Secret("");
        }

        @Override
        public ConnectionFactory connections() {
            var configuration = H2ConnectionConfiguration.builder()
                    .file(file.toString())
                    .username(user())
                    .password(password().reveal());
            OPTIONS.forEach(configuration::property);
            return new ElasticConnectionFactory(new H2ConnectionFactory(configuration.build()));
        }

        @Override
        public String jdbcUrl() {
            return "jdbc:h2:file:" + file + ";"
                    + OPTIONS.entrySet().stream()
                            .map(option -> option.getKey() + "=" + option.getValue())
                            .collect(Collectors.joining(";"));
        }

        @Override
        public Map<String, String> jdbcOptions() {
            return Map.of();
        }

        @Override
        public List<Weakness> weaknesses() {
            return List.of();
        }
    }

    /** A PostgreSQL server. */
    record Server(
            String host,
            int port,
            String database,
            String user,
            Secret password,
            String sslMode,
            @Nullable String sslRootCertificate)
            implements DatabaseAddress {

        private static final Duration PATIENCE = Duration.ofSeconds(5);
        private static final Duration LONGEST_STATEMENT = Duration.ofSeconds(10);

        private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");
        private static final Set<String> VERIFIED = Set.of("verify-ca", "verify-full");

        @Override
        public PostgresqlConnectionFactory connections() {
            var configuration = PostgresqlConnectionConfiguration.builder()
                    .applicationName("penstock")
                    .host(host)
                    .port(port)
                    .database(database)
                    .username(user)
                    .password(password.reveal())
                    .sslMode(SSLMode.fromValue(sslMode))
                    .connectTimeout(PATIENCE)
                    .statementTimeout(LONGEST_STATEMENT)
                    .loopResources(new WatchedLoops(LONGEST_SILENCE))
                    .tcpKeepAlive(true);
            if (sslRootCertificate != null) {
                configuration.sslRootCert(sslRootCertificate);
            }
            return new PostgresqlConnectionFactory(configuration.build());
        }

        @Override
        public String jdbcUrl() {
            return "jdbc:postgresql://" + host + ":" + port + "/" + database;
        }

        @Override
        public Map<String, String> jdbcOptions() {
            Map<String, String> options = new HashMap<>();
            options.put("ApplicationName", "penstock start");
            options.put("sslmode", sslMode);
            options.put("connectTimeout", String.valueOf(PATIENCE.toSeconds()));
            if (sslRootCertificate != null) {
                options.put("sslrootcert", sslRootCertificate);
            }
            return options;
        }

        @Override
        public List<Weakness> weaknesses() {
            List<Weakness> found = new ArrayList<>();
            String weak = Strength.weaknessOfPassword(password);
            if (weak != null) {
                found.add(new Weakness("DATABASE_URL", weak));
            }
            if (!HERE.contains(host) && !VERIFIED.contains(sslMode)) {
                found.add(new Weakness(
                        "DATABASE_URL",
                        (sslMode.equals("require")
                                        ? "Anybody may pose as " + host
                                        : "What is said to " + host + " may be read along")
                                + ": sslMode=verify-full with sslRootCert is right."));
            }
            return found;
        }

        /** For people: without user and password. */
        @Override
        public String toString() {
            return host + ":" + port + "/" + database;
        }
    }
}
