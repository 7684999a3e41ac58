package io.penstock.store.connection;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Where rows are kept.
 *
 * @param url {@code DATABASE_URL}: a PostgreSQL server, {@code r2dbc:postgresql://user:password@host:5432/database}, with {@code sslMode} and
 *     {@code sslRootCert} as its query, {@code ?sslMode=verify-full&sslRootCert=/path/ca.crt}. Without {@code sslMode} it is {@code prefer}, which
 *     falls back to plain text where the server has no TLS; empty: the embedded database, a file in {@code DATA_DIR}
 * @param dataDir {@code DATA_DIR}: the folder of the embedded database, made when it is missing
 * @param maxConnections {@code DATABASE_MAX_CONNECTIONS}: how many connections this process opens for its work, 2 to 500
 */
@ConfigurationProperties("penstock.database")
public record DatabaseSettings(
        @DefaultValue("") String url,
        @DefaultValue("./data") Path dataDir,
        @DefaultValue("10") int maxConnections) {

    public DatabaseSettings {
        if (maxConnections < 2 || maxConnections > 500) {
            throw new InvalidConfigurationPropertyValueException(
                    "DATABASE_MAX_CONNECTIONS", maxConnections, "It must be from 2 to 500.");
        }
    }

    public DatabaseAddress address() {
        return url.isBlank()
                ? new DatabaseAddress.Embedded(
                        dataDir.toAbsolutePath().normalize().resolve("penstock"))
                : DatabaseUrl.parse(url.strip());
    }

    /** The url holds a password, so it is not printed. */
    @Override
    public String toString() {
        return "DatabaseSettings[dataDir=" + dataDir + ", maxConnections=" + maxConnections + "]";
    }
}
