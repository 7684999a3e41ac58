package io.penstock.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.audit.Trail.Entry;
import io.penstock.audit.Trail.Outcome;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

@ParameterizedClass
@EnumSource(Databases.class)
class ProofTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Vault VAULT = Vaults.fresh();

    private final Database database;
    private final R2dbcTrail trail;
    private final R2dbcLedger first;

    @TempDir
    Path folder;

    ProofTests(Databases databases) {
        database = databases.fresh();
        trail = new R2dbcTrail(
                database.client(),
                database.transactions(),
                Clock.systemUTC(),
                new Notes(10, new SimpleMeterRegistry()),
                Trails.few(),
                Trails.few());
        first = ledger();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aTrailThatNobodyTouchedIsWhole() {
        write(3);
        first.extend().block(LONG);
        write(2);
        first.extend().block(LONG);

        assertThat(verified()).isEqualTo(new Proof.Verified(1, 5, 0, List.of()));
    }

    @Test
    void whatHasNoPlaceYetIsCounted() {
        write(1);
        first.extend().block(LONG);
        write(2);

        assertThat(verified()).isEqualTo(new Proof.Verified(1, 1, 2, List.of()));
    }

    @Test
    void eachReplicaMakesAChainAfterTheOneBefore() {
        var second = ledger();
        write(2);
        first.extend().block(LONG);
        write(2);
        second.extend().block(LONG);
        write(1);
        first.extend().block(LONG);

        assertThat(verified()).isEqualTo(new Proof.Verified(2, 5, 0, List.of()));
    }

    @Test
    void twoReplicasThatExtendAtOnceGiveEachEntryOnePlace() {
        var second = ledger();
        write(40);

        var _ = Flux.merge(first.extend(), second.extend()).blockLast(LONG);
        first.extend().block(LONG);

        assertThat(verified().entries()).isEqualTo(40);
        assertThat(verified().findings()).isEmpty();
    }

    @Test
    void aChangedEntryIsFound() {
        write(3);
        first.extend().block(LONG);
        change("UPDATE audit_trail SET user_email = 'somebody@else' WHERE place = 2");

        assertThat(verified().findings())
                .singleElement()
                .asString()
                .contains("place 2")
                .contains("was changed");
    }

    @Test
    void aRemovedEntryIsFound() {
        write(3);
        first.extend().block(LONG);
        change("DELETE FROM audit_trail WHERE place = 2");

        assertThat(verified().findings())
                .singleElement()
                .asString()
                .contains("place 2")
                .contains("is missing");
    }

    @Test
    void aCutOffEndIsFoundAlsoWhereTheHeadWasMovedBack() {
        write(3);
        first.extend().block(LONG);
        change("DELETE FROM audit_trail WHERE place = 3");
        assertThat(verified().findings())
                .singleElement()
                .asString()
                .contains("has 2 entries")
                .contains("to have 3");

        change("UPDATE audit_chains SET places = 2, head = (SELECT hash FROM audit_trail WHERE place = 2)");

        assertThat(verified().findings()).singleElement().asString().contains("not the one that was sealed");
    }

    @Test
    void aTrailThatWasWrittenAnewWithoutTheKeyIsFound() {
        write(2);
        first.extend().block(LONG);
        var chain = first.chains().blockLast(LONG);
        change("UPDATE audit_trail SET user_email = 'somebody@else' WHERE place = 1");
        String hash = chain.beginning();
        for (var link : first.links(chain.id()).collectList().block(LONG)) {
            hash = Chain.hash(hash, link.place(), link.recorded());
            change("UPDATE audit_trail SET hash = '" + hash + "' WHERE place = " + link.place());
        }
        change("UPDATE audit_chains SET head = '" + hash + "'");

        assertThat(verified().findings()).singleElement().asString().contains("not the one that was sealed");
    }

    @Test
    void aRemovedChainIsMissedByTheOneAfterIt() {
        write(2);
        first.extend().block(LONG);
        UUID gone = first.chains().blockLast(LONG).id();
        write(2);
        ledger().extend().block(LONG);
        change("DELETE FROM audit_trail WHERE chain = '" + gone + "'");
        change("DELETE FROM audit_chains WHERE id = '" + gone + "'");

        assertThat(verified().findings())
                .singleElement()
                .asString()
                .contains(gone.toString())
                .contains("is missing");
    }

    @Test
    void anExportIsVerifiedWithoutTheDatabase() throws IOException {
        write(3);
        first.extend().block(LONG);
        write(2);
        ledger().extend().block(LONG);
        var lines = new ChainedProof(first, VAULT).export().collectList().block(LONG);
        var whole = Files.write(folder.resolve("whole"), lines);
        var changed = Files.write(
                folder.resolve("changed"),
                lines.stream()
                        .map(line -> line.replace("\"thing-1\"", "\"thing-9\""))
                        .toList());

        assertThat(ChainedProof.of(whole, VAULT).verify().block(LONG))
                .isEqualTo(new Proof.Verified(2, 5, 0, List.of()));
        assertThat(ChainedProof.of(changed, VAULT).verify().block(LONG).findings())
                .isNotEmpty();
        assertThat(ChainedProof.of(whole, Vaults.fresh()).verify().block(LONG).findings())
                .hasSize(2);
    }

    private R2dbcLedger ledger() {
        return new R2dbcLedger(database.client(), database.transactions(), VAULT);
    }

    private Proof.Verified verified() {
        return new ChainedProof(first, VAULT).verify().block(LONG);
    }

    private void write(int entries) {
        Flux.range(0, entries)
                .concatMap(i -> trail.record(new Entry(
                        "alice@example.com",
                        "jwt",
                        "update",
                        "gateway",
                        "thing-" + i,
                        i % 2 == 0 ? Outcome.SUCCESS : Outcome.REFUSED,
                        null,
                        "c-" + i)))
                .blockLast(LONG);
    }

    private void change(String sql) {
        var _ = database.client().sql(sql).fetch().rowsUpdated().block(LONG);
    }
}
