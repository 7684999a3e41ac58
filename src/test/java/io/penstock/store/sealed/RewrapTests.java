package io.penstock.store.sealed;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.store.sealed.Rewrap.Outcome;
import io.penstock.vault.KeyRing;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@ParameterizedClass
@EnumSource(Databases.class)
class RewrapTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Vaults.Key former = Vaults.key();
    private final Vaults.Key latter = Vaults.key();
    private final Vault before = Vaults.of(former);
    private final Vault after = Vaults.of(latter, former);

    private final Database database;
    private final Things things;
    private final Rewrap rewrap;

    RewrapTests(Databases databases) {
        database = databases.fresh();
        things = new Things(database);
        rewrap = new Rewrap(database.client(), after, Things.columns());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Outcome run() {
        byte[] sealing = Arrays.copyOf(after.seal(new byte[0], ""), KeyRing.PREFIX);
        return rewrap.all(sealing).block(PATIENCE);
    }

    @Test
    void everythingIsSealedWithThePresentKeyAndSaysTheSame() {
        things.make(450, before);
        things.make(3, after);

        assertThat(run()).isEqualTo(new Outcome(450, 0));

        assertThat(things.open(Vaults.of(latter)))
                .hasSize(453)
                .allSatisfy((id, text) -> assertThat(text).isEqualTo("first " + id));
        assertThat(run()).isEqualTo(Outcome.NOTHING);
    }

    @Test
    void whatIsWrittenMeanwhileIsNotOverwritten() {
        var ids = things.make(400, before);
        var writing = Flux.fromIterable(ids).flatMap(id -> things.change(id, "second", before), 4);

        Mono.when(Mono.fromCallable(this::run).subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic()), writing)
                .block(PATIENCE);
        run();

        assertThat(things.open(Vaults.of(latter)).values()).hasSize(400).containsOnly("second");
    }

    @Test
    void whatBelongsToAnotherRowOrWasCutOrIsOfALostKeyStaysAsItIs() {
        var ids = things.make(4, before);
        byte[] swapped = things.sealed(ids.get(0));
        byte[] cut = Arrays.copyOf(things.sealed(ids.get(1)), 20);
        byte[] lost = Vaults.fresh().seal(new byte[9], Things.context(ids.get(2), "ann"));
        var _ = things.put(ids.get(0), things.sealed(ids.get(3))).block(PATIENCE);
        var _ = things.put(ids.get(1), cut).block(PATIENCE);
        var _ = things.put(ids.get(2), lost).block(PATIENCE);
        var _ = things.put(ids.get(3), swapped).block(PATIENCE);

        assertThat(run()).isEqualTo(new Outcome(0, 4));

        assertThat(things.sealed(ids.get(1))).isEqualTo(cut);
        assertThat(things.sealed(ids.get(2))).isEqualTo(lost);
        assertThat(things.sealed(ids.get(3))).isEqualTo(swapped);
    }

    @Test
    void manyThatDoNotOpenKeepNoneOfTheOthersBack() {
        things.make(250, Vaults.fresh());
        var good = things.make(250, before);

        assertThat(run()).isEqualTo(new Outcome(250, 250));

        assertThat(good)
                .allSatisfy(
                        (UUID id) -> assertThat(KeyRing.idOf(things.sealed(id))).isEqualTo(latter.id()));
    }
}
