package io.penstock.store.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.store.Census;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Databases.class)
class CensusTests {

    private final Database database;

    CensusTests(Databases databases) {
        database = databases.fresh();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void rowsAndMigrationsAreTold() {
        var client = database.client();
        var _ = client.sql("INSERT INTO revocations (digest, expires_at) VALUES ('a', CURRENT_TIMESTAMP)")
                .fetch()
                .rowsUpdated()
                .block(Duration.ofSeconds(30));

        var figures = new R2dbcCensus(client).now().block(Duration.ofSeconds(30));

        assertThat(figures.tables())
                .contains(new Census.Table("revocations", 1), new Census.Table("gateways", 0))
                .extracting(Census.Table::name)
                .doesNotHaveDuplicates();
        assertThat(figures.migrations())
                .hasSizeGreaterThan(20)
                .allMatch(Census.Migration::success)
                .anySatisfy(migration -> {
                    assertThat(migration.version()).isEqualTo("1");
                    assertThat(migration.installed())
                            .isBetween(
                                    LocalDateTime.now(ZoneOffset.UTC).minusDays(2),
                                    LocalDateTime.now(ZoneOffset.UTC).plusDays(2));
                });
        assertThat(figures.audited()).isEmpty();
    }
}
