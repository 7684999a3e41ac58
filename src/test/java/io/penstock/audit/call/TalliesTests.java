package io.penstock.audit.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TalliesTests {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicReference<Instant> now = new AtomicReference<>(Samples.HOUR.plusSeconds(10));
    private final Tallies tallies = new Tallies(5, 3, now::get, meters);

    @Test
    void callsThatAreAlikeAreOneTally() {
        note("ann", "a");
        note("ann", "a");
        note("ann", "b");

        assertThat(tallies.unwritten()).extracting(tally -> tally.sum().calls()).containsExactlyInAnyOrder(2L, 1L);
    }

    /** Fifty thousand requests that were answered long ago would take more memory than all tokens. */
    @Test
    void whatDecidedACallIsLetGoOfWhenItIsWritten() {
        note("ann", "a");
        var tally = tallies.unwritten().getFirst();
        assertThat(tally.rules().block()).isEqualTo("allowed");

        tally.written(tally.sum());

        assertThat(tally.rules().blockOptional()).isEmpty();
    }

    @Test
    void whatAUserMakesUpIsCountedTogetherWhenItIsTooMuch() {
        for (String tool : new String[] {"a", "b", "c", "d", "e", "f"}) {
            note("mallory", tool);
        }

        assertThat(tallies.unwritten())
                .extracting(tally -> tally.key.name())
                .containsExactlyInAnyOrder("a", "b", "c", "(more)");
        assertThat(unrecorded()).isZero();
    }

    @Test
    void oneUserLeavesRoomForAnother() {
        for (String tool : new String[] {"a", "b", "c", "d", "e"}) {
            note("mallory", tool);
        }
        note("ann", "a");

        assertThat(tallies.unwritten()).extracting(tally -> tally.key.user()).contains("ann");
    }

    @Test
    void whatDoesNotFitAtAllIsCountedAsUnrecorded() {
        for (String user : new String[] {"a", "b", "c", "d", "e", "f"}) {
            note(user, "x");
        }

        assertThat(tallies.unwritten()).hasSize(5);
        assertThat(unrecorded()).isEqualTo(1);
    }

    @Test
    void anHourIsForgottenWhenItIsOverAndWritten() {
        note("ann", "a");
        note("bob", "b");
        Tally written = tallies.unwritten().stream()
                .filter(tally -> tally.key.user().equals("ann"))
                .findFirst()
                .orElseThrow();
        written.written(written.sum());
        now.set(Samples.HOUR.plus(Duration.ofMinutes(63)));

        tallies.forget();
        note("ann", "a");

        assertThat(tallies.unwritten()).hasSize(2).doesNotContain(written);
    }

    @Test
    void aTallyOfThisHourIsKeptThoughItIsWritten() {
        note("ann", "a");
        Tally written = tallies.unwritten().getFirst();
        written.written(written.sum());

        tallies.forget();
        note("ann", "a");

        assertThat(tallies.unwritten()).containsExactly(written);
        assertThat(written.sum().calls()).isEqualTo(2);
    }

    private void note(String user, String tool) {
        tallies.note(Samples.key(user, tool), 1_000, Samples::tally);
    }

    private double unrecorded() {
        return meters.get("penstock.calls.unrecorded").counter().count();
    }
}
