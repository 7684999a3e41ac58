package io.penstock.store.sealed;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.store.sealed.VaultReport.HeldKey;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Databases.class)
class UpkeepTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofHours(1);

    private static final SealedColumn UNCOUNTABLE = new SealedColumn.Passing("no_such_table", "sealed", false);

    private final Vaults.Key former = Vaults.key();
    private final Vaults.Key latter = Vaults.key();
    private final Vault before = Vaults.of(former, latter);
    private final Vault after = Vaults.of(latter, former);
    private final AtomicInteger works = new AtomicInteger();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private final Database database;
    private final Canaries canaries;
    private final Things things;
    private final List<UUID> ids;

    UpkeepTests(Databases databases) {
        database = databases.fresh();
        canaries = new Canaries(database.client());
        things = new Things(database);
        canaries.choose(before).block(PATIENCE);
        ids = things.make(3, before);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void round(Vault vault, Duration silence) {
        meters.clear();
        new Upkeep(
                        database.client(),
                        vault,
                        Things.columns(),
                        work -> work.doOnSubscribe(_ -> works.incrementAndGet()),
                        silence,
                        meters)
                .round()
                .block(PATIENCE);
    }

    /** They may be many, without an index, and are not sealed anew anyway. */
    @Test
    void whatGoesByItselfIsNotCounted() {
        canaries.choose(after).block(PATIENCE);
        var columns =
                Stream.concat(Things.columns().stream(), Stream.of(UNCOUNTABLE)).toList();

        new Upkeep(database.client(), after, columns, work -> work, LONG, meters)
                .round()
                .block(PATIENCE);

        assertThat(things.open(Vaults.of(latter)).values()).doesNotContain("broken");
    }

    private Map<String, HeldKey> report(Vault vault) {
        return byId(report(vault, Things.columns()));
    }

    private VaultReport.State report(Vault vault, List<SealedColumn> columns) {
        return new CountedReport(database.client(), Vaults.keys(vault), columns)
                .now()
                .block(PATIENCE);
    }

    private static Map<String, HeldKey> byId(VaultReport.State state) {
        return state.keys().stream().collect(Collectors.toMap(HeldKey::id, Function.identity()));
    }

    @Test
    void noKeyCanGoWhileWhatItHoldsCouldNotAllBeCounted() {
        var columns =
                Stream.concat(Things.columns().stream(), Stream.of(UNCOUNTABLE)).toList();

        var report = report(before, columns);

        assertThat(report.uncounted()).containsExactly(new VaultReport.Column("no_such_table", "sealed"));
        assertThat(byId(report).get(former.id()).values()).isEqualTo(6);
        assertThat(byId(report).get(latter.id()).values()).isZero();
        assertThat(byId(report).get(latter.id()).removable()).isFalse();
    }

    @Test
    void whileOneKeySealsNothingIsLookedFor() {
        round(before, LONG);

        assertThat(works).hasValue(0);
        assertThat(report(before).get(former.id()))
                .satisfies(key -> assertThat(key.values()).isEqualTo(6))
                .satisfies(key -> assertThat(key.removable()).isFalse());
        assertThat(report(before).get(latter.id()).removable()).isTrue();
    }

    @Test
    void theKeyThatWasChosenLastGetsEverything() {
        canaries.choose(after).block(PATIENCE);

        round(after, LONG);

        assertThat(things.open(Vaults.of(latter)).values())
                .doesNotContain("broken")
                .hasSize(3);
        assertThat(meters.get("penstock.vault.values.rewrapped").counter().count())
                .isEqualTo(3);
    }

    @Test
    void areplicaOfBeforeTheChangeUndoesNothing() {
        canaries.choose(after).block(PATIENCE);
        round(after, LONG);

        round(before, LONG);

        assertThat(works).hasValue(1);
        assertThat(things.open(Vaults.of(latter)).values()).doesNotContain("broken");
    }

    @Test
    void aKeyIsForgottenWhenNothingIsSealedWithItAndNobodySealsWithIt() {
        canaries.choose(after).block(PATIENCE);
        round(after, Duration.ZERO);
        assertThat(report(after).get(former.id()).lastSealing()).isNotNull();

        round(after, LONG);
        assertThat(report(after).get(former.id()).lastSealing()).isNotNull();

        round(after, Duration.ZERO);
        assertThat(report(after).get(former.id()).lastSealing()).isNull();
        // what goes by itself is not sealed anew, and the key is needed for it
        assertThat(report(after).get(former.id()).removable()).isFalse();

        things.run("UPDATE things SET fleeting = NULL");
        assertThat(report(after)).containsOnlyKeys(former.id(), latter.id());
        assertThat(report(after).get(former.id()).removable()).isTrue();
    }

    @Test
    void aKeyWithoutWhichSomethingIsLostIsNotForgotten() {
        canaries.choose(after).block(PATIENCE);
        var _ = things.put(ids.getFirst(), before.seal(new byte[3], "elsewhere"))
                .block(PATIENCE);

        round(after, Duration.ZERO);
        round(after, Duration.ZERO);

        assertThat(report(after).get(former.id()).removable()).isFalse();
        assertThat(meters.get("penstock.vault.values.old").gauge().value()).isEqualTo(1);
        assertThat(meters.get("penstock.vault.values.unopened").gauge().value()).isEqualTo(1);
    }
}
