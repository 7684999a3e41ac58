package io.penstock.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.loop.Rounds;
import io.penstock.store.sealed.CountedReport;
import io.penstock.store.sealed.KeysetWatch;
import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.store.sealed.Upkeep;
import io.penstock.store.sealed.VaultReport;
import io.penstock.vault.KeyRing;
import io.penstock.vault.KeysetFile;
import io.penstock.vault.Vault;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(UpkeepSettings.class)
class UpkeepConfiguration {

    /** A replica that did not say for so many rounds that it seals with a key is gone. */
    private static final int SILENT_ROUNDS = 5;

    @Bean
    Upkeep vaultUpkeep(
            DatabaseClient database,
            Vault vault,
            List<SealedColumns> columns,
            Errands errands,
            UpkeepSettings settings,
            MeterRegistry meters,
            Rounds rounds) {
        var interval = settings.rewrapInterval();
        var upkeep = new Upkeep(
                database,
                vault,
                all(columns),
                work -> errands.ifDue("vault.rewrap", interval, work),
                interval.multipliedBy(SILENT_ROUNDS),
                meters);
        rounds.repeat("vault.upkeep", interval, upkeep.round());
        return upkeep;
    }

    @Bean
    KeysetWatch keysetWatch(
            KeysetFile file,
            KeyRing keys,
            DatabaseClient database,
            UpkeepSettings settings,
            MeterRegistry meters,
            Rounds rounds) {
        var watch = new KeysetWatch(file, keys, database, meters);
        rounds.repeat("vault.keyset", settings.keysetInterval(), watch.look());
        return watch;
    }

    @Bean
    VaultReport vaultReport(DatabaseClient database, KeyRing keys, List<SealedColumns> columns) {
        return new CountedReport(database, keys, all(columns));
    }

    private static List<SealedColumn> all(List<SealedColumns> columns) {
        return columns.stream().flatMap(some -> some.sealedColumns().stream()).toList();
    }
}
