package io.penstock.catalog.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.Features.Discovered;
import io.penstock.catalog.Features.Outcome;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplacementTests {

    private static Replacement.Row row(String name, String definition, boolean gone) {
        return new Replacement.Row(
                UUID.randomUUID(), name, Definition.of(definition).hash(), gone);
    }

    @Test
    void comparesByTheUpstreamsName() {
        var same = row("same", "{\"d\":1}", false);
        var other = row("other", "{\"d\":1}", false);
        var left = row("left", "{\"d\":1}", false);

        var plan = Replacement.of(
                List.of(same, other, left),
                List.of(
                        new Discovered("new", "{}"),
                        new Discovered("same", "{ \"d\" : 1 }"),
                        new Discovered("other", "{\"d\":2}")));

        assertThat(plan.added()).containsOnlyKeys("new");
        assertThat(plan.changed()).extracting(Replacement.Changed::row).containsExactly(other);
        assertThat(plan.removed()).containsExactly(left);
        assertThat(plan.outcome()).isEqualTo(new Outcome(1, 1, 1));
    }

    @Test
    void whereSomeMayBeForgottenWhatIsNewMayBeOfThose() {
        var away = IntStream.range(0, Replacement.KEPT)
                .mapToObj(n -> row("away-" + n, "{}", true))
                .toList();
        var there = row("there", "{}", false);

        assertThat(Replacement.of(away, List.of()).mayForget()).isTrue();
        assertThat(Replacement.of(List.of(away.getFirst(), there), List.of()).mayForget())
                .isFalse();
    }

    @Test
    void whatLeftAndCameBackIsTheSameRow() {
        var back = row("back", "{\"d\":1}", true);
        var away = row("away", "{}", true);

        var plan = Replacement.of(List.of(back, away), List.of(new Discovered("back", "{\"d\":2}")));

        assertThat(plan.added()).isEmpty();
        assertThat(plan.removed()).isEmpty();
        assertThat(plan.returned()).containsExactly(back);
        assertThat(plan.changed()).extracting(Replacement.Changed::row).containsExactly(back);
        assertThat(plan.outcome()).isEqualTo(new Outcome(1, 0, 0));
    }

    @Test
    void theFirstOfANameStaysAndABrokenOneCostsOnlyItself() {
        var plan = Replacement.of(
                List.of(),
                List.of(
                        new Discovered("twice", "{\"d\":1}"),
                        new Discovered("twice", "{\"d\":2}"),
                        new Discovered("nul\0", "{}"),
                        new Discovered("half\ud83d", "{}"),
                        new Discovered("broken", "{\"d\""),
                        new Discovered("fine 😀", "{}")));

        assertThat(plan.added()).containsOnlyKeys("twice", "fine 😀");
        assertThat(plan.added().get("twice").text()).isEqualTo("{\"d\":1}");
        assertThat(plan.unusable()).isEqualTo(4);
    }
}
